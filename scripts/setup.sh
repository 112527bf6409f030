#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what building and running Latentscape needs: packages of Debian 12 (as root or through sudo; only those that are missing)
# and LibTorch, as a pinned wheel in .torch. A second run has nothing to do and takes no time.
#
# LibTorch is left alone when Torch_DIR is set, or when python3 has torch 2.11 to 2.13.
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

torch_version=2.13.0+cpu
log=$root/build/setup.log
packages=(
  build-essential cmake ninja-build ccache pkg-config git ca-certificates python3 python3-pip
  qt6-base-dev qt6-svg-dev libqcustomplot-dev libgl-dev nlohmann-json3-dev libcli11-dev
  libarchive-dev libgif-dev libwebp-dev libgloo-dev fonts-noto-core
)
welcome_packages=(qt6-wayland libxcb-cursor0) # for some screens only; not every release has them

say() { echo "setup: $*"; }

missing_of() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true) == ii* ]] || echo "$package"
  done
}

as_root() {
  if ((EUID == 0)); then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

install_packages() {
  local missing welcome package
  mapfile -t missing < <(missing_of "${packages[@]}")
  mapfile -t welcome < <(missing_of "${welcome_packages[@]}")
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    say "these packages are missing and there is no sudo to install them: run \"apt-get install ${missing[*]}\" as root, then repeat." >&2
    exit 1
  fi
  say "installing missing packages: ${missing[*]}"
  step="apt-get update"
  advice="See build/setup.log."
  as_root apt-get update -q >>"$log" 2>&1 || say "apt-get update had problems; going on with the package lists that are there (build/setup.log)."
  for package in "${welcome[@]}"; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      missing+=("$package")
    fi
  done
  step="installing packages"
  advice="Look at the end of build/setup.log, run \"apt-get install ${missing[*]}\" by hand, then repeat."
  as_root apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >>"$log" 2>&1
}

# Whether a folder holds a whole LibTorch of the pinned version.
is_pinned_torch() {
  [[ -f $1/torch/share/cmake/Torch/TorchConfig.cmake && -f $1/torch/lib/libtorch_cpu.so ]] &&
    grep -qF "__version__ = '$torch_version'" "$1/torch/version.py" 2>/dev/null
}

# Whether python3 has a torch that is known to work; reads its version without loading it.
python_has_torch() {
  command -v python3 >/dev/null && python3 - >/dev/null 2>&1 <<'EOF'
import importlib.util, pathlib, re, sys
spec = importlib.util.find_spec("torch")
root = pathlib.Path(spec.submodule_search_locations[0])
version = re.search(r"__version__ = '2\.(\d+)", (root / "version.py").read_text())
sys.exit(0 if 11 <= int(version.group(1)) <= 13 and (root / "share/cmake/Torch/TorchConfig.cmake").exists() else 1)
EOF
}

install_torch() {
  local fresh python=python3
  if [[ -n ${Torch_DIR:-} ]]; then
    if [[ ! -f $Torch_DIR/TorchConfig.cmake ]]; then
      say "Torch_DIR is set to $Torch_DIR, but there is no TorchConfig.cmake in it: correct or unset Torch_DIR." >&2
      exit 1
    fi
    return
  fi
  if is_pinned_torch .torch || python_has_torch; then
    return
  fi
  [[ -x /usr/bin/python3 ]] && /usr/bin/python3 -m pip --version >/dev/null 2>&1 && python=/usr/bin/python3
  say "fetching LibTorch $torch_version (about 200 MB) into .torch"
  step="fetching LibTorch $torch_version"
  advice="Check the network (details in build/setup.log) and repeat, or set Torch_DIR to the folder of a TorchConfig.cmake of PyTorch 2.11 to 2.13."
  fresh=$(mktemp -d "$root/build/torch.XXXXXX")
  # Into a folder of its own and renamed when it is whole, so that an interrupted download never looks like LibTorch.
  if ! "$python" -m pip install --no-deps --no-compile --target "$fresh" "torch==$torch_version" \
    --extra-index-url https://download.pytorch.org/whl/cpu --retries 0 --disable-pip-version-check >>"$log" 2>&1; then
    rm -rf -- "$fresh"
    false
  fi
  step="unpacking LibTorch"
  is_pinned_torch "$fresh"
  chmod 755 "$fresh"
  rm -rf -- "${root:?}/.torch"
  mv -- "$fresh" .torch
}

: >"$log"
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  install_packages
else
  say "this is not Debian or Ubuntu: install a C++20 compiler, CMake 3.25, Ninja, Qt 6.4, QCustomPlot 2.1, nlohmann-json, CLI11, libarchive, giflib, libwebp and the headers of Gloo yourself."
fi
install_torch
