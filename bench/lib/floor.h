/* What every floor in C has: types, a clock in nanoseconds, the hash of results (bench/kernel/result-hash.ts). */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int64_t i64;
typedef uint64_t u64;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static inline u64 mix(u64 hash, u64 value) {
  u64 h = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
  return h ^ (h >> 29);
}
