#!/usr/bin/env bash
# RealFft2D beside scipy.fft with two workers, in one run, size by size in turn, so that other load on the machine hits both.
# Needs python3-scipy (Debian). Usage: benchmarks/side-by-side/fft.sh [SIZE...]
set -euo pipefail
cd "$(dirname "$0")/../.."
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(1024 2048 4039 4096 5241 6301 8192)
dotnet build benchmarks -c Release -v q > /dev/null
echo "seconds, best of 4 to 8: rfft2 double, rfft2 single, irfft2 double; ratio = scipy over ours"
for n in "${sizes[@]}"; do
  ours=$(artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks fft-times "$n")
  peer=$(/usr/bin/python3 benchmarks/side-by-side/fft.py "$n")
  paste -d' ' <(echo "$ours") <(echo "$peer") |
    awk '{ printf "N=%-5s ours %s %s %s  scipy %s %s %s  ratio %.2f %.2f %.2f\n", $1, $2, $3, $4, $6, $7, $8, $6/$2, $7/$3, $8/$4 }'
done
artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks ffg-kernel
