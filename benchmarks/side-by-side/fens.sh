#!/usr/bin/env bash
# The aggregator phase of FENS beside a loop with autograd, and local training beside PyTorch, in one run. Needs python3-torch and libopenblas0-pthread (Debian).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build benchmarks -c Release -v q > /dev/null
artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks fens-times
/usr/bin/python3 benchmarks/side-by-side/fens.py
