"""The ends of a symmetric operator's spectrum by a block Krylov method with full reorthogonalisation, in double precision.

The space begins with whatever vectors are at hand, and with noise. At each step it grows by the residuals of the wanted
pairs that are not certain yet, and, for the first steps, by what the operator makes of the noise: a block Lanczos process
that depends on no other vector, so that an eigenvalue which the other vectors do not hold shows up.
"""

import torch

# samedge's error at the end of lesser magnitude, in shares of the norm: it finds that end to 0.5 %, and misses one beyond it by as
# much once in ten times at most.
END_BOUND = 1e-2


class Spectrum:
    """Ritz values in ascending order, and which of them are `wanted`, each with its residual ‖Hv − θv‖.

    Wanted are the principal value (the largest by magnitude), all within 6 % of it, the next by magnitude, and both ends. The
    residuals of the first two kinds are at most 3e-6 of the principal value, so that their vectors can be relied on as well;
    those of the others at most 1e-4: their values err by that at the very most (by 2e-5 where it was tried, at the dense
    negative end of a perceptron). Exact multiplicities are found up to the number of noise vectors.
    """

    NEAR, TIGHT, LOOSE = 0.06, 3e-6, 1e-4

    def __init__(self, operator, starts, dimension, seed, noise=2, noise_steps=12, most=400):
        self.store = torch.empty(2, most + 32, dimension)
        self.projected = torch.empty(0, 0)
        self.size = 0
        chain, steps = self.add(normal(noise, dimension, seed)), 0
        self.add(starts)
        while True:
            self.multiply(operator)
            steps += 1
            # So small a problem is solved sooner by a processor than by a GPU.
            self.values, self.coordinates = (part.to(self.store.device) for part in torch.linalg.eigh(self.projected.cpu()))
            self.wanted, bounds = self.choose()
            residuals = self.combine(1, self.wanted) - self.values[self.wanted, None] * self.vectors(self.wanted)
            self.residuals = residuals.norm(dim=1)
            late = self.residuals > bounds
            if steps >= noise_steps and not late.any():
                break
            if self.size > most:
                raise ArithmeticError(f"not certain after {most} products: residuals {self.residuals.max():.1e}")
            known = self.size
            chain = self.add(self.images[chain]) if steps < noise_steps else slice(0)
            self.add(residuals[late])
            # Where nothing is left to add, the space holds whole eigenvectors.
            if self.size == known:
                break

    @property
    def basis(self):
        return self.store[0, :self.size]

    @property
    def images(self):
        """The operator times the basis, as far as it is known."""
        return self.store[1, :len(self.projected)]

    def add(self, rows):
        """Adds to the basis what the rows add to its span; returns where that lies."""
        first = self.size
        for row in rows:
            length = row.norm()
            for _ in range(3):
                if length < 1e-10 or self.size == len(row):
                    break
                row = row / length
                row = row - (self.basis @ row) @ self.basis
                length = row.norm()
            else:
                self.store[0, self.size] = row / length
                self.size += 1
        return slice(first, self.size)

    def multiply(self, operator):
        known = len(self.projected)
        self.store[1, known:self.size] = operator(self.store[0, known:self.size])
        columns = self.basis @ self.store[1, known:self.size].T
        columns[known:] = (columns[known:] + columns[known:].T) / 2
        self.projected = torch.cat([torch.cat([self.projected, columns[:known].T]), columns], dim=1)

    def choose(self):
        """The places of the wanted values, the principal one first, then by magnitude; and the bounds of their residuals."""
        values = self.values
        order = values.abs().argsort(descending=True).tolist()
        principal = values[order[0]]
        near = [place for place in order if (values[place] - principal).abs() <= self.NEAR * principal.abs()]
        wanted = list(dict.fromkeys(near + order[1:2] + [0, len(values) - 1]))
        bounds = [self.TIGHT] * len(near) + [self.LOOSE] * (len(wanted) - len(near))
        return wanted, torch.tensor(bounds) * principal.abs()

    def combine(self, which, places):
        return self.coordinates.T[places] @ self.store[which, :len(self.projected)]

    def vectors(self, places):
        """The Ritz vectors of some values, as rows."""
        return self.combine(0, places)


def normal(count, dimension, seed):
    """Rows of normally distributed numbers, the same ones on every device."""
    generator = torch.Generator("cpu").manual_seed(seed)
    return torch.randn(count, dimension, generator=generator, device="cpu").to(torch.get_default_device())
