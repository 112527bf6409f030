# SPDX-License-Identifier: GPL-3.0-or-later
# The window: a library of everything but main (tests link it too) and the program.
add_library(latentscape_app STATIC
  application.cpp
  session/job_runner.cpp
  session/late_backend_factory.cpp
  session/latest_job.cpp
  session/session.cpp
  session/session_files.cpp
  tour/drag_meter.cpp
  tour/process_figures.cpp
  tour/tour.cpp
  tour/tour_chapters.cpp
  tour/tour_report.cpp
  tour/tour_stage.cpp
  window/app_window.cpp
  window/backdrop_controller.cpp
  window/backdrop_pictures.cpp
  window/colour_controller.cpp
  window/direction_controller.cpp
  window/display_text.cpp
  window/explorer_controller.cpp
  window/exporter.cpp
  window/file_controller.cpp
  window/file_dialogs.cpp
  window/gallery_controller.cpp
  window/map_controller.cpp
  window/path_controller.cpp
  window/plane_controller.cpp
  window/row_class_decoder.cpp
  window/sample_pictures.cpp
  window/selection_controller.cpp
  window/settings_controller.cpp
  window/theme_controller.cpp
  window/tool_controller.cpp
  window/training_controller.cpp
  window/traversal_controller.cpp
  window/undo.cpp
)
latentscape_target(latentscape_app)
set_target_properties(latentscape_app PROPERTIES AUTOMOC ON)
target_compile_definitions(latentscape_app PUBLIC LATENTSCAPE_VERSION="${PROJECT_VERSION}")
set_property(SOURCE session/late_backend_factory.cpp APPEND PROPERTY COMPILE_DEFINITIONS "LATENTSCAPE_INTERFACE=\"${LATENTSCAPE_INTERFACE}\"")
target_link_libraries(latentscape_app PUBLIC latentscape_core latentscape_ui PRIVATE latentscape_media ${CMAKE_DL_LIBS})

add_executable(latentscape window_main.cpp)
latentscape_target(latentscape)
target_link_libraries(latentscape PRIVATE latentscape_app)
add_dependencies(latentscape latentscape_networks) # it loads them when it is on the screen
