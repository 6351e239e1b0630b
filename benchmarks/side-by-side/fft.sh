#!/usr/bin/env bash
# RealFft2D beside scipy.fft with two workers, in one run, size by size in turn, so that other load on the machine hits both.
# Needs python3-scipy (Debian). Usage: benchmarks/side-by-side/fft.sh [SIZE...]
set -euo pipefail
cd "$(dirname "$0")/../.."
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(1024 2048 4039 4096 5241 6301 8192)
dotnet build benchmarks -c Release -v q > /dev/null
echo "rfft2 double, rfft2 single, irfft2 double, best of 3 to 8; ratio = scipy over ours, by wall time of two threads and by processor time of one"
for n in "${sizes[@]}"; do
  ours=$(artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks fft-times "$n")
  peer=$(/usr/bin/python3 benchmarks/side-by-side/fft.py "$n")
  paste -d' ' <(echo "$ours") <(echo "$peer") |
    awk '{
      printf "N=%-5s wall ours %s %s %s scipy %s %s %s ratio %.2f %.2f %.2f", $1, $2, $3, $4, $9, $10, $11, $9/$2, $10/$3, $11/$4
      printf " | processor ours %s %s %s scipy %s %s %s ratio %.2f %.2f %.2f\n", $5, $6, $7, $12, $13, $14, $12/$5, $13/$6, $14/$7
    }'
done
artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks ffg-kernel
