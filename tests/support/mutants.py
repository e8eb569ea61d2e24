"""mutants.py FROM TO COUNT SEED: copies of files with bits flipped, cut, with bytes put in or moved."""
import os, random, sys

source, target, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
random.seed(seed)
os.makedirs(target, exist_ok=True)
names = [n for n in sorted(os.listdir(source)) if 8 <= os.path.getsize(os.path.join(source, n)) < 200000]
for i in range(count):
    with open(os.path.join(source, names[i % len(names)]), "rb") as f:
        b = bytearray(f.read())
    for _ in range(random.choice((1, 1, 2, 5))):
        kind, at, other = random.randrange(4), random.randrange(len(b)), random.randrange(len(b))
        if kind == 0:
            b[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            del b[max(4, at) :]
        elif kind == 2:
            b[at:at] = bytes(random.randrange(256) for _ in range(random.randrange(1, 60)))
        else:
            b[at : at + 4] = b[other : other + 4]
    with open(f"{target}/{i:05d}-{names[i % len(names)]}", "wb") as f:
        f.write(b)
