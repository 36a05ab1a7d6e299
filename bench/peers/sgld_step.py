"""SGLD steps of a GPT-2 decoder in plain PyTorch: what `npm run bench -- pytorch` compares with.

Argument: JSON with layers, width, heads, vocabulary, length, batch, threads. Each line on standard input is a number of
steps to take; the answer is a line of JSON: seconds of each step's forward and backward, seconds of its update, and the
process's peak memory in MiB. The step is that of the literature, w <- w - e/2 * (nb * grad + g * (w - w0)) + N(0, e).
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, heads, length):
        super().__init__()
        self.heads = heads
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.register_buffer("mask", torch.full((length, length), float("-inf")).triu(1))

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.qkv(self.ln1(x)).split(width, dim=2)
        q, k, v = (z.view(batch, length, self.heads, width // self.heads).transpose(1, 2) for z in parts)
        scores = q @ k.transpose(-2, -1) / math.sqrt(width // self.heads) + self.mask
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.gelu(self.up(self.ln2(x)), approximate="tanh"))


class Decoder(nn.Module):
    def __init__(self, layers, width, heads, vocabulary, length):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(width, heads, length) for _ in range(layers))
        self.lnf = nn.LayerNorm(width)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, tokens):
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return F.linear(self.lnf(x), self.wte.weight)


def step(model, anchor, tokens, epsilon=1e-5, nbeta=10.0, gamma=100.0):
    begun = time.perf_counter()
    logits = model(tokens[:, :-1])
    loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), tokens[:, 1:].reshape(-1))
    for p in model.parameters():
        p.grad = None
    loss.backward()
    middle = time.perf_counter()
    with torch.no_grad():
        for p, start in zip(model.parameters(), anchor):
            drift = p.grad.mul_(nbeta).add_(p - start, alpha=gamma)
            p.add_(drift, alpha=-epsilon / 2)
            p.add_(torch.randn_like(p), alpha=math.sqrt(epsilon))
    return middle - begun, time.perf_counter() - middle


def main():
    shape = json.loads(sys.argv[1])
    torch.set_num_threads(shape["threads"])
    torch.manual_seed(0)
    model = Decoder(*(shape[name] for name in ("layers", "width", "heads", "vocabulary", "length")))
    anchor = [p.detach().clone() for p in model.parameters()]
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            tokens = torch.randint(shape["vocabulary"], (shape["batch"], shape["length"] + 1))
            times.append(step(model, anchor, tokens))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"slope": [a for a, _ in times], "update": [b for _, b in times], "peak": peak}), flush=True)


main()
