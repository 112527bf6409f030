# SPDX-License-Identifier: GPL-3.0-or-later
# The window: a library of everything but main (tests link it too) and the program.
add_library(latentscape_app STATIC
  application.cpp
  session/job_runner.cpp
  session/session.cpp
  tour/drag_meter.cpp
  tour/process_figures.cpp
  tour/tour.cpp
  tour/tour_report.cpp
  window/app_window.cpp
  window/display_text.cpp
  window/explorer_controller.cpp
  window/file_controller.cpp
  window/gallery_controller.cpp
  window/path_controller.cpp
  window/sample_pictures.cpp
  window/theme_controller.cpp
  window/training_controller.cpp
)
latentscape_target(latentscape_app)
set_target_properties(latentscape_app PROPERTIES AUTOMOC ON)
target_compile_definitions(latentscape_app PUBLIC LATENTSCAPE_VERSION="${PROJECT_VERSION}")
target_link_libraries(latentscape_app PUBLIC latentscape_core latentscape_torch latentscape_ui)

add_executable(latentscape window_main.cpp)
latentscape_target(latentscape)
target_link_libraries(latentscape PRIVATE latentscape_app)
