#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures every row that has a target in docs/PERFORMANCE.md in one go, on an otherwise idle machine (about fifteen minutes), and prints a table.

Needs a Release build, a display for the window (Xvfb will do; without one it draws offscreen, which is another figure) and, for the rows against PyTorch, a Python
with torch as scripts/bench_vs_python.py wants it; rows that cannot be measured say why.

    PYTHONPATH=.torch scripts/measure.py --mnist FOLDER --out results.json
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Sheet:
    """The rows: what, against which target, what was measured; a target is a pair of a comparison and a number."""

    def __init__(self):
        self.rows = []

    def add(self, what, value, target=None, unit="", note=""):
        met = None
        if target is not None and isinstance(value, (int, float)):
            met = value <= target[1] if target[0] == "<=" else value >= target[1]
        self.rows.append({"what": what, "measured": value, "target": target, "unit": unit, "met": met, "note": note})
        wanted = "" if target is None else f"{'≤' if target[0] == '<=' else '≥'} {target[1]:g}{unit}"
        shown = f"{value:.4g}{unit}" if isinstance(value, (int, float)) else str(value)
        print(f"| {what} | {wanted} | {shown}{', ' + note if note else ''} | {'' if met is None else 'met' if met else '**missed**'} |", flush=True)

    def missing(self, what, why):
        self.add(what, f"not measured: {why}")


def processor_ticks():
    """Ticks of all processors since the start: those the host gave to others, and all. (0, 0) where the system does not tell."""
    try:
        ticks = [int(word) for word in pathlib.Path("/proc/stat").read_text(encoding="ascii").split()[1:9]]
        return ticks[7], sum(ticks)
    except (OSError, ValueError, IndexError):
        return 0, 0


def last_json(command, **options):
    """The last line of standard output as JSON; a RuntimeError with the program's own words where it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or ["exit code %d" % done.returncode])[-1])
    text = done.stdout.strip()
    return json.loads(text if text.startswith("{\n") else text.splitlines()[-1])


def measure_training(sheet, cli, mnist):
    for batch, least in ((128, 0.80), (1024, 0.90)):
        run = last_json([cli, "bench", "train", "--data", mnist, "--latent", "2", "--hidden", "400", "--batch", str(batch), "--repeats", "7", "--json"])
        sheet.add(f"efficiency, batch {batch}", run["efficiency"], (">=", least), note=f"{run['epoch_seconds_median']:.3f} s an epoch")


def measure_python(sheet, cli, mnist):
    bench = [sys.executable, str(ROOT / "scripts/bench_vs_python.py"), "--cli", cli, "--data", mnist, "--threads", str(os.cpu_count()), "--json"]
    run = last_json(bench + ["--variants", "default,foreach,fused,example"])
    ratios = run["ratio"]
    sheet.add("epoch ÷ PyTorch, default Adam", ratios["default"], ("<=", 0.45))
    sheet.add("epoch ÷ the best of default, foreach, fused", max(ratios[name] for name in ("default", "foreach", "fused")), ("<=", 0.70))
    sheet.add("epoch ÷ the usual example", ratios["example"], ("<=", 0.28))
    run = last_json(bench + ["--arch", "conv", "--images", "10000", "--variants", "default,fused"])
    sheet.add("PyTorch's best ÷ epoch, convolutions", 1.0 / max(run["ratio"].values()), (">=", 1.2))


def measure_decoding(sheet, cli, mnist):
    for threads, least in ((1, 2.2), (2, 3.2)):
        run = last_json([cli, "bench", "manifold", "--data", mnist, "--latent", "2", "--hidden", "400", "--threads", str(threads), "--repeats", "21",
                         "--json"])
        sheet.add(f"400 decodes one by one ÷ the 20 × 20 grid, {threads} thread{'s' * (threads > 1)}", run["ratio"], (">=", least))
    run = last_json([cli, "bench", "decode", "--json"])
    sheet.add("one decode", run["p50_us"], unit=" µs", note=f"p99 {run['p99_us']:.0f} µs; beside training p50 {run['under_training']['p50_us']:.0f} µs, "
                                                           f"p99 {run['under_training']['p99_us']:.0f} µs")


def measure_map(sheet, build):
    run = last_json([str(build / "bin/bench_scatter")])
    sheet.add("QCustomPlot's discs ÷ full repaint, 60 000 points", run["full_repaint"]["ratio"], (">=", 40))
    for frame in ("pan", "zoom", "drag"):
        sheet.add(f"GUI time of a {frame} frame, 1 000 000 points ÷ 1 000", run[f"{frame}_frame_gui"]["ratio"], ("<=", 1.5))


def tour(window, mnist):
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        done = subprocess.run([window, "--tour", folder, "--data", mnist, "--epochs", "3", "--theme", "light", "--size", "1360x860"], check=False,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
        if done.returncode != 0:
            raise RuntimeError((done.stderr.strip().splitlines() or ["the tour ended with %d" % done.returncode])[-1])
        return json.loads((pathlib.Path(folder) / "tour.json").read_text(encoding="utf-8"))


def measure_window(sheet, build, mnist, tours):
    window = str(build / "bin/latentscape")
    runs = [tour(window, mnist) for _ in range(tours)]

    def middle(pick):
        return statistics.median(pick(run) for run in runs)

    def span(pick):
        values = sorted(pick(run) for run in runs)
        return f"{values[0]:g}–{values[-1]:g} of {tours} tours"

    def row(what, pick, target, unit=""):
        sheet.add(what, middle(pick), target, unit, span(pick))

    row("drag, p50", lambda run: run["drag"]["latency_ms"]["p50"], ("<=", 8), " ms")
    row("drag, p99", lambda run: run["drag"]["latency_ms"]["p99"], ("<=", 16.7), " ms")
    row("longest gap of the event loop", lambda run: run["event_loop_gap_ms_max"], ("<=", 50), " ms")
    row("training rate, windowed ÷ headless, medians of phases", lambda run: run["rate_ratio"], (">=", 0.90))
    row("the same by neighbouring phases", lambda run: run["rate_ratio_paired"], (">=", 0.90))
    row("manifold while training", lambda run: run["manifold"]["refreshes_per_second"], (">=", 10), "/s")
    row("publishing snapshots ÷ training", lambda run: run["publishing_share"], ("<=", 0.02))
    row("MNIST into the window", lambda run: run["data_load_ms"], ("<=", 500), " ms")
    row("first paint", lambda run: run["first_paint_ms"], ("<=", 400), " ms")
    row("resident memory then", lambda run: run["first_paint_rss_mb"], ("<=", 200), " MB")
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        beside = tour(window, mnist)
    finally:
        busy.terminate()
        busy.wait()
    sheet.add("drag beside a busy core, p99", beside["drag"]["latency_ms"]["p99"], ("<=", 33), " ms",
              f"p50 {beside['drag']['latency_ms']['p50']:g} ms, gap {beside['event_loop_gap_ms_max']:g} ms, "
              f"manifold {beside['manifold']['refreshes_per_second']:g}/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mnist", required=True, help="folder with MNIST's four IDX files")
    parser.add_argument("--build", default=str(ROOT / "build/release"), help="build folder (default: build/release)")
    parser.add_argument("--tours", type=int, default=3, help="tours of the window whose medians are taken")
    parser.add_argument("--out", help="where the rows are written as JSON")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    cli, mnist = str(build / "bin/latentscape-cli"), str(pathlib.Path(arguments.mnist).resolve())
    if not os.access(cli, os.X_OK):
        parser.error(f"{cli} is not a program: build it first, or name another folder with --build")
    sheet = Sheet()
    stolen, ticks = processor_ticks()
    print("| what | target | measured | |\n|---|---|---|---|")
    for what, rows in (("training", lambda: measure_training(sheet, cli, mnist)), ("PyTorch in Python", lambda: measure_python(sheet, cli, mnist)),
                       ("decoding", lambda: measure_decoding(sheet, cli, mnist)), ("the map", lambda: measure_map(sheet, build)),
                       ("the window", lambda: measure_window(sheet, build, mnist, arguments.tours))):
        try:
            rows()
        except (RuntimeError, OSError, KeyError, ValueError, subprocess.SubprocessError) as problem:
            sheet.missing(what, problem)
    stolen, ticks = (after - before for after, before in zip(processor_ticks(), (stolen, ticks)))
    if ticks > 0:
        sheet.add("processor time that the host gave to others", 100.0 * stolen / ticks, unit=" %", note="of all; with more than a few, measure again")
    sheet.missing("an H200", "scripts/check_cuda.sh and docs/PERFORMANCE.md say how")
    if arguments.out:
        pathlib.Path(arguments.out).write_text(json.dumps(sheet.rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
