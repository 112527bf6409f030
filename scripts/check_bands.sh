#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Trains the reference models on MNIST and checks that their test losses fall into the bands they are known for (docs/THEORY.md).
#
# scripts/check_bands.sh [options] [FOLDER]      FOLDER holds the four IDX files; without it: LATENTSCAPE_MNIST
#   --bands A,B      only these: latent20, latent2, dynamic, threshold, beta4 (default: all; about a minute each)
#   --device NAME    auto, cpu, cuda, cuda:N (default: the program's own)
#   --threads N      (default: the program's own)
#   --precision NAME float32 or bfloat16: of the training
#   --cli FILE       the program to check (default: build/release/bin/latentscape-cli, built first)
# Ends with 1 when a band is missed.
start=$PWD # what relative paths are relative to
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

wrong() {
  trap - ERR
  echo "check_bands: $1" >&2
  exit 2
}

all_bands=(latent20 latent2 dynamic threshold beta4)
bands=("${all_bands[@]}")
folder=${LATENTSCAPE_MNIST:-}
cli=""
common=()
training=()
while (($# > 0)); do
  case $1 in
    -h | --help)
      sed -n '3,11s/^# \{0,1\}//p' "$root/scripts/check_bands.sh"
      exit 0
      ;;
    --bands | --device | --threads | --precision | --cli) (($# > 1)) || wrong "$1 needs a value." ;;&
    --bands) IFS=, read -ra bands <<<"$2" && shift 2 ;;
    --device | --threads) common+=("$1" "$2") && shift 2 ;;
    --precision) training+=("$1" "$2") && shift 2 ;;
    --cli) cli=$2 && shift 2 ;;
    -*) wrong "there is no option $1; --help lists them." ;;
    *) folder=$1 && shift ;;
  esac
done
for band in "${bands[@]}"; do
  [[ " ${all_bands[*]} " == *" $band "* ]] || wrong "there is no band $band; there are ${all_bands[*]}."
done
# common.sh went into the checkout's root: paths are meant from where the script was called.
[[ -z $folder || $folder == /* ]] || folder=$OLDPWD/$folder
[[ -z $cli || $cli == /* ]] || cli=$OLDPWD/$cli
[[ -n $folder ]] || wrong "name the folder with MNIST's four IDX files, or set LATENTSCAPE_MNIST to it."
[[ $folder == /* ]] || folder=$start/$folder
[[ -d $folder ]] || wrong "the folder $folder does not exist."
if [[ -z $cli ]]; then
  build release latentscape-cli
  cli=$root/build/release/bin/latentscape-cli
fi
[[ $cli == /* ]] || cli=$start/$cli
[[ -f $cli && -x $cli ]] || wrong "$cli is not a program."

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# check NAME QUANTITY:EXPECTED:TOLERANCE ...: prints a line for each; fails when one is missed.
check() {
  python3 - "$work/$1" "$@" <<'PYTHON'
import json
import sys

stem, name, *expectations = sys.argv[1:]
with open(stem + ".train", encoding="utf-8") as lines:
    epochs = {line["epoch"]: line for line in map(json.loads, lines) if line.get("event") == "epoch"}
with open(stem + ".eval", encoding="utf-8") as text:
    found = json.load(text)
if len(epochs) != 10 or found["images"] != 10000:
    sys.exit(f"check_bands: {name}: expected 10 epochs and 10000 test images, found {len(epochs)} and {found['images']}. Is this MNIST?")
found["first_epoch"] = epochs[1]["test"]["nelbo"]
titles = {"nelbo": "NELBO", "kl": "KL", "active_units": "active units", "first_epoch": "NELBO, epoch 1"}
missed = 0
for expectation in expectations:
    quantity, middle, tolerance = expectation.split(":")
    value = found[quantity]
    inside = abs(value - float(middle)) <= float(tolerance)
    missed += not inside
    print(f"{name:<10} {titles[quantity]:<15} {value:>9.3f}   {middle:>6} ± {tolerance:<4}  {'ok' if inside else 'MISSED'}", flush=True)
sys.exit(missed > 0)
PYTHON
}

# band NAME "OPTIONS OF train" QUANTITY:EXPECTED:TOLERANCE ...
missed=0
band() {
  local name=$1 options
  [[ " ${bands[*]} " == *" $name "* ]] || return 0
  read -ra options <<<"$2"
  shift 2
  step="training $name"
  advice="The reason is in the lines above."
  "$cli" train --data "$folder" --hidden 400 --activation relu --optimizer adam --lr 1e-3 --batch 128 --epochs 10 --seed 1 \
    "${options[@]}" "${common[@]}" "${training[@]}" --out "$work/$name.safetensors" --json >"$work/$name.train"
  step="evaluating $name"
  "$cli" eval "$work/$name.safetensors" --data "$folder" "${common[@]}" --json >"$work/$name.eval"
  check "$name" "$@" || missed=$((missed + 1))
}

echo "MNIST, 784-400-L-400-784, ReLU, Adam 1e-3, batch 128, 10 epochs, seed 1; test part, one sample of z, nats per image"
band latent20 "--latent 20" nelbo:105.7:1.0 kl:25.4:1.0 active_units:20:0 first_epoch:127:2
band latent2 "--latent 2" nelbo:154.8:1.5 kl:5.75:0.3 active_units:2:0
band dynamic "--latent 20 --binarize dynamic" nelbo:102.5:1
band threshold "--latent 20 --binarize threshold" nelbo:87.8:1
band beta4 "--latent 20 --beta 4" nelbo:121.3:2 active_units:14:2

if ((missed > 0)); then
  echo "$missed of ${#bands[@]} models missed a band."
  exit 1
fi
echo "All ${#bands[@]} models are inside their bands."
