#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times one training epoch of the same model in eager PyTorch and in latentscape-cli, alternating, and prints medians and ratios.

Needs a Python with torch (the wheel in .torch does: PYTHONPATH=.torch plus typing_extensions, sympy, filelock, networkx, jinja2, fsspec).
The Python side is written as well as its style allows: samples resident as one float tensor, one shuffled index tensor an epoch, loss from
logits, no .item() in the step. Both sides do the same work on 60000 images of 784 pixels.

    PYTHONPATH=.torch scripts/bench_vs_python.py --cli build/release/bin/latentscape-cli --data mnist
"""
import argparse
import json
import statistics
import subprocess
import sys
import time


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cli", default="build/release/bin/latentscape-cli", help="the program to compare with")
    parser.add_argument("--data", default=None, help="data set of the command line's side (default: its own)")
    parser.add_argument("--optimizers", default="default", help="comma list of default, foreach, fused: PyTorch's variants of Adam")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--hidden", type=int, default=400)
    parser.add_argument("--latent", type=int, default=2)
    parser.add_argument("--images", type=int, default=60000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5, help="alternating rounds, at least 5")
    parser.add_argument("--json", action="store_true", help="print the JSON object alone")
    arguments = parser.parse_args()
    if arguments.repeats < 5:
        parser.error("--repeats must be 5 or more: medians of fewer mean little")
    unknown = set(arguments.optimizers.split(",")) - {"default", "foreach", "fused"}
    if unknown:
        parser.error("unknown optimizer: " + ", ".join(sorted(unknown)))
    return arguments


class PythonVae:
    """The model, its data and one variant of Adam."""

    def __init__(self, torch, arguments, variant):
        self.torch = torch
        self.batch = arguments.batch
        nn = torch.nn
        torch.manual_seed(1)
        pixels, hidden, latent = 784, arguments.hidden, arguments.latent
        self.encoder = nn.Linear(pixels, hidden)
        self.to_mu = nn.Linear(hidden, latent)
        self.to_logvar = nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, pixels))
        modules = nn.ModuleList([self.encoder, self.to_mu, self.to_logvar, self.decoder])
        options = {"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}[variant]
        self.optimizer = torch.optim.Adam(modules.parameters(), lr=1e-3, **options)
        # Sparse like handwritten digits: an eighth of the pixels holds ink.
        images = torch.rand(arguments.images, pixels)
        self.images = torch.where(torch.rand_like(images) < 0.125, images, torch.zeros(()))

    def epoch(self):
        """Seconds of one epoch."""
        torch, functional = self.torch, self.torch.nn.functional
        total = torch.zeros(())
        start = time.perf_counter()
        order = torch.randperm(self.images.shape[0])
        for begin in range(0, order.shape[0], self.batch):
            x = self.images.index_select(0, order[begin:begin + self.batch])
            hidden = functional.relu(self.encoder(x))
            mu, logvar = self.to_mu(hidden), self.to_logvar(hidden)
            z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
            logits = self.decoder(z)
            reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
            kl = -0.5 * torch.sum(1 + logvar - mu.square() - logvar.exp())
            loss = (reconstruction + kl) / x.shape[0]
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.detach()
        seconds = time.perf_counter() - start
        if not torch.isfinite(total):
            sys.exit("The Python model diverged; its time would mean nothing.")
        return seconds


def run_cli(arguments):
    """The JSON object of one `bench train`."""
    command = [arguments.cli, "bench", "train", "--json", "--hidden", str(arguments.hidden), "--latent", str(arguments.latent),
               "--batch", str(arguments.batch), "--threads", str(arguments.threads), "--repeats", "1"]
    if arguments.data:
        command += ["--data", arguments.data]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        sys.exit(f"{arguments.cli} could not be started: {error.strerror}. Build it first, or name it with --cli.")
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    bench = json.loads(done.stdout.strip().splitlines()[-1])
    if not str(bench["model"]).startswith("784-"):
        sys.exit(f"The command line trained {bench['model']}: name a data set of 28 x 28 pixels with --data.")
    return bench


def main():
    arguments = parse_arguments()
    try:
        import torch
    except ImportError as error:
        sys.exit(f"Python cannot import torch: {error}. Set PYTHONPATH to the folder that holds it.")
    torch.set_num_threads(arguments.threads)
    variants = {name: PythonVae(torch, arguments, name) for name in arguments.optimizers.split(",")}
    for model in variants.values():
        model.epoch()  # first touch of memory, threads and caches
    python_seconds = {name: [] for name in variants}
    rates, efficiencies = [], []
    for round_number in range(arguments.repeats):
        for name, model in variants.items():
            python_seconds[name].append(model.epoch())
        bench = run_cli(arguments)
        rates.append(bench["images_per_second"])
        if bench["efficiency"] is not None: # unknown where memory did not suffice for the comparison
            efficiencies.append(bench["efficiency"])
        if not arguments.json:
            print(f"round {round_number + 1}: " + ", ".join(f"python {name} {seconds[-1]:.3f} s" for name, seconds in python_seconds.items())
                  + f", latentscape {arguments.images / rates[-1]:.3f} s", file=sys.stderr)
    own = arguments.images / statistics.median(rates)
    medians = {name: statistics.median(seconds) for name, seconds in python_seconds.items()}
    result = {
        "model": f"784-{arguments.hidden}-{arguments.latent}", "batch": arguments.batch, "threads": arguments.threads,
        "images": arguments.images, "repeats": arguments.repeats, "torch": torch.__version__,
        "latentscape_seconds": own, "efficiency": statistics.median(efficiencies) if efficiencies else None,
        "python_seconds": medians, "ratio": {name: own / seconds for name, seconds in medians.items()},
    }
    if not arguments.json:
        print(f"{'one epoch of ' + result['model']:<28}{'seconds':>10}{'ratio':>8}")
        for name, seconds in medians.items():
            print(f"{'PyTorch, Adam ' + name:<28}{seconds:>10.3f}{result['ratio'][name]:>8.2f}")
        print(f"{'Latentscape':<28}{own:>10.3f}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
