#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times one training epoch of the same model in eager PyTorch and in latentscape-cli, alternating, and prints medians and ratios.

Needs a Python with torch (the wheel in .torch does: PYTHONPATH=.torch plus typing_extensions, sympy, filelock, networkx, jinja2, fsspec), and
for the variant example also numpy and Pillow. Python's variants:
  default, foreach, fused   PyTorch's implementations of Adam, written as well as the style allows: samples resident as one float tensor, one
                            shuffled index tensor an epoch, loss from logits, no .item() in the step
  example                   as the usual examples are: a DataLoader over PIL images, sigmoid, .item() in each step, default Adam
Both sides do the same work on 60000 images of 784 pixels. --arch conv compares the convolutional network instead.

    PYTHONPATH=.torch scripts/bench_vs_python.py --data mnist --variants default,foreach,fused,example
"""
import argparse
import json
import statistics
import subprocess
import sys
import time

RESIDENT = ("default", "foreach", "fused")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cli", default="build/release/bin/latentscape-cli", help="the program to compare with")
    parser.add_argument("--data", default=None, help="data set of the command line's side (default: its own)")
    parser.add_argument("--variants", default="default", help="comma list of default, foreach, fused, example")
    parser.add_argument("--arch", default="mlp", choices=("mlp", "conv"))
    parser.add_argument("--device", default="cpu", help="of both sides: cpu, cuda or cuda:N")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--hidden", default=None, help="one width for mlp (default 400), channels for conv (default 16,32)")
    parser.add_argument("--latent", type=int, default=2)
    parser.add_argument("--images", type=int, default=60000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5, help="alternating rounds, at least 5")
    parser.add_argument("--json", action="store_true", help="print the JSON object alone")
    arguments = parser.parse_args()
    if arguments.repeats < 5:
        parser.error("--repeats must be 5 or more: medians of fewer mean little")
    arguments.variants = arguments.variants.split(",")
    unknown = set(arguments.variants) - {*RESIDENT, "example"}
    if unknown:
        parser.error("unknown variants: " + ", ".join(sorted(unknown)))
    try:
        arguments.hidden = [int(width) for width in (arguments.hidden or ("400" if arguments.arch == "mlp" else "16,32")).split(",")]
    except ValueError:
        parser.error("--hidden takes whole numbers")
    if arguments.arch == "mlp" and len(arguments.hidden) != 1:
        parser.error("--hidden takes one width for mlp")
    return arguments


def dense(nn, hidden, latent):
    """Encoder up to the heads, their input, and decoder to logits, of vectors of 784."""
    return nn.Sequential(nn.Linear(784, hidden[0]), nn.ReLU()), hidden[0], nn.Sequential(
        nn.Linear(latent, hidden[0]), nn.ReLU(), nn.Linear(hidden[0], 784))


def convolutional(nn, hidden, latent):
    """The same of images of 28 x 28: halvings, a dense layer of 16, and back (docs/ARCHITECTURE.md: ConvNetwork)."""
    down, up, planes, sides = [], [], 1, [28]
    for channels in hidden:
        down += [nn.Conv2d(planes, channels, 3, stride=2, padding=1), nn.ReLU()]
        planes = channels
        sides.append((sides[-1] + 1) // 2)
    flat = planes * sides[-1] ** 2
    for channels, side, target in zip(reversed(hidden), reversed(sides), list(reversed(sides))[1:]):
        up += [nn.ConvTranspose2d(planes, channels, 3, stride=2, padding=1, output_padding=target - (2 * side - 1)), nn.ReLU()]
        planes = channels
    encoder = nn.Sequential(nn.Unflatten(1, (1, 28, 28)), *down, nn.Flatten(), nn.Linear(flat, 16), nn.ReLU())
    decoder = nn.Sequential(nn.Linear(latent, flat), nn.ReLU(), nn.Unflatten(1, (hidden[-1], sides[-1], sides[-1])), *up,
                            nn.ConvTranspose2d(planes, 1, 3, padding=1), nn.Flatten())
    return encoder, 16, decoder


class PythonVae:
    """The model, its data and one variant of training."""

    def __init__(self, torch, arguments, variant):
        self.torch = torch
        self.batch = arguments.batch
        self.variant = variant
        nn = torch.nn
        torch.manual_seed(1)
        make = dense if arguments.arch == "mlp" else convolutional
        self.encoder, width, self.decoder = make(nn, arguments.hidden, arguments.latent)
        self.to_mu = nn.Linear(width, arguments.latent)
        self.to_logvar = nn.Linear(width, arguments.latent)
        self.device = torch.device(arguments.device)
        modules = nn.ModuleList([self.encoder, self.to_mu, self.to_logvar, self.decoder]).to(self.device)
        self.parameters = sum(parameter.numel() for parameter in modules.parameters())
        options = {"foreach": {"foreach": True}, "fused": {"fused": True}}.get(variant, {})
        self.optimizer = torch.optim.Adam(modules.parameters(), lr=1e-3, **options)
        # Sparse like handwritten digits: an eighth of the pixels holds ink.
        images = torch.rand(arguments.images, 784)
        self.images = torch.where(torch.rand_like(images) < 0.125, images, torch.zeros(())).to(self.device)
        self.loader = self.make_loader() if variant == "example" else None

    def make_loader(self):
        """Images one at a time through PIL, as torchvision's MNIST and ToTensor hand them out."""
        import numpy
        from PIL import Image
        torch = self.torch
        stored = (self.images.cpu() * 255).to(torch.uint8).reshape(-1, 28, 28)

        class Pictures(torch.utils.data.Dataset):
            def __len__(self):
                return stored.shape[0]

            def __getitem__(self, index):
                picture = Image.fromarray(stored[index].numpy(), mode="L")
                return torch.from_numpy(numpy.array(picture, numpy.uint8, copy=True)).unsqueeze(0).contiguous().to(torch.float32).div(255), index % 10

        return torch.utils.data.DataLoader(Pictures(), batch_size=self.batch, shuffle=True)

    def step(self, x, from_logits):
        """One update; the loss as a tensor, mean over the batch."""
        torch, functional = self.torch, self.torch.nn.functional
        hidden = self.encoder(x)
        mu, logvar = self.to_mu(hidden), self.to_logvar(hidden)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        logits = self.decoder(z)
        if from_logits:
            reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        else:
            reconstruction = functional.binary_cross_entropy(torch.sigmoid(logits), x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu.square() - logvar.exp())
        loss = (reconstruction + kl) / x.shape[0]
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss

    def epoch(self):
        """Seconds of one epoch."""
        torch = self.torch
        total = torch.zeros((), device=self.device)
        start = time.perf_counter()
        if self.loader is not None:
            total = sum(self.step(x.view(-1, 784).to(self.device), from_logits=False).item() for x, _ in self.loader)
        else:
            order = torch.randperm(self.images.shape[0], device=self.device)
            for begin in range(0, order.shape[0], self.batch):
                x = self.images.index_select(0, order[begin:begin + self.batch])
                total += self.step(x, from_logits=True).detach()
        finite = bool(torch.isfinite(torch.as_tensor(total)))  # a GPU is waited for here
        seconds = time.perf_counter() - start
        if not finite:
            sys.exit("The Python model diverged; its time would mean nothing.")
        return seconds


def run_cli(arguments):
    """The JSON object of one `bench train`."""
    command = [arguments.cli, "bench", "train", "--json", "--arch", arguments.arch, "--hidden", ",".join(map(str, arguments.hidden)),
               "--latent", str(arguments.latent), "--batch", str(arguments.batch), "--threads", str(arguments.threads), "--device", arguments.device,
               "--repeats", "1"]
    if arguments.arch == "conv":
        command += ["--dense", "16"]
    if arguments.data:
        command += ["--data", arguments.data]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        sys.exit(f"{arguments.cli} could not be started: {error.strerror}. Build it first, or name it with --cli.")
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    bench = json.loads(done.stdout.strip().splitlines()[-1])
    if bench["pixels"] != 784:
        sys.exit(f"The command line trained {bench['model']}: name a data set of 28 x 28 pixels with --data.")
    return bench


def main():
    arguments = parse_arguments()
    try:
        import torch
    except ImportError as error:
        sys.exit(f"Python cannot import torch: {error}. Set PYTHONPATH to the folder that holds it.")
    torch.set_num_threads(arguments.threads)
    variants = {name: PythonVae(torch, arguments, name) for name in arguments.variants}
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
        if bench["parameters"] != next(iter(variants.values())).parameters:
            sys.exit(f"The two sides train different networks: {bench['parameters']} weights here, {next(iter(variants.values())).parameters} in Python.")
    own = arguments.images / statistics.median(rates)
    medians = {name: statistics.median(seconds) for name, seconds in python_seconds.items()}
    result = {
        "model": bench["model"], "batch": arguments.batch, "threads": arguments.threads,
        "images": arguments.images, "repeats": arguments.repeats, "torch": torch.__version__,
        "latentscape_seconds": own, "efficiency": statistics.median(efficiencies) if efficiencies else None,
        "python_seconds": medians, "ratio": {name: own / seconds for name, seconds in medians.items()},
    }
    if not arguments.json:
        print(f"{'one epoch of ' + result['model']:<28}{'seconds':>10}{'ratio':>8}")
        for name, seconds in medians.items():
            print(f"{'PyTorch, ' + name:<28}{seconds:>10.3f}{result['ratio'][name]:>8.2f}")
        print(f"{'Latentscape':<28}{own:>10.3f}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
