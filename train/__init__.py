"""The recipe of the bundled models: from public snapshots to files that HoiDap ships.

Not part of the wheel. Each stage is a module with a command line (`python -m train.<stage>`) and a target in
`train.mk`; `train/README.md` tells the order. Nothing here is imported by `index`, `qa` or `web`.
"""
