/*
 * The floor of encoding: the result rows of a tumbling window (window's start, auction, count, sum, average, least, greatest) as CSV or NDJSON, as a
 * competent C programmer writes it for exactly these columns, single thread, gcc -O3 -march=native. Integers two digits at a time from a table, the
 * shortest digits of doubles from 2^-6 to 2^53 by multiplications of their fraction as a whole number (what generated code does, too), the text of
 * the last timestamp kept.
 *
 * usage: floor FORMAT FILE ROWS REPEATS PASSES
 * prints one JSON object: {"nanos":[one per pass],"hash":"..."}
 */
#include "../lib/floor.h"

typedef __int128 i128;

static i64 *starts, *auctions, *counts, *lows, *highs;
static i128 *totals;
static double *means;
static char pairs[200];

static inline int digits_of(u64 v) {
  int n = 1;
  for (;;) {
    if (v < 10) return n;
    if (v < 100) return n + 1;
    if (v < 1000) return n + 2;
    if (v < 10000) return n + 3;
    v /= 10000; n += 4;
  }
}
static inline char *put_unsigned(char *p, u64 v) {
  int n = digits_of(v);
  char *to = p + n;
  while (v >= 100) { u64 q = v / 100; to -= 2; memcpy(to, pairs + 2 * (v - q * 100), 2); v = q; }
  if (v >= 10) memcpy(to - 2, pairs + 2 * v, 2); else to[-1] = '0' + v;
  return p + n;
}
static inline char *put_integer(char *p, i64 v) {
  if (v < 0) { *p++ = '-'; return put_unsigned(p, -(u64)v); }
  return put_unsigned(p, v);
}
static inline char *put_padded(char *p, u64 v, int width) {
  for (int at = width - 1; at >= 0; at--) { p[at] = '0' + v % 10; v /= 10; }
  return p + width;
}
static inline char *put_double(char *p, double value) {
  u64 word; memcpy(&word, &value, 8);
  if (word >> 63) *p++ = '-';
  int exponent = (int)(word >> 52 & 2047) - 1023;
  if (exponent < -6 || exponent > 52) { fprintf(stderr, "a double of another size\n"); exit(1); }
  u64 mantissa = (word & ((1ULL << 52) - 1)) | 1ULL << 52;
  int bits = 53 - exponent;
  p = put_unsigned(p, exponent < 0 ? 0 : mantissa >> (52 - exponent));
  *p++ = '.';
  i64 one = 1LL << bits, rest = (mantissa << 1) & (one - 1), half = 1;
  if (bits <= 36) {
    i64 shifted = rest * 100000000, left = shifted & (one - 1), reach = half * 100000000;
    if (left >= reach && left <= one - reach) { p = put_padded(p, shifted >> bits, 8); rest = left; half = reach; }
  }
  for (;;) {
    i64 shifted = rest * 10, digit = shifted >> bits;
    rest = shifted & (one - 1); half *= 10;
    if (rest < half || rest > one - half) {
      if (rest == one >> 1) { fprintf(stderr, "a tie\n"); exit(1); }
      *p++ = '0' + digit + (rest > one >> 1);
      return p;
    }
    *p++ = '0' + digit;
  }
}
static int format_instant(char *p, i64 micros) {
  time_t seconds = micros / 1000000; struct tm t; gmtime_r(&seconds, &t);
  int n = strftime(p, 32, "%Y-%m-%dT%H:%M:%S", &t);
  if (micros % 1000000) { fprintf(stderr, "a fraction\n"); exit(1); }
  return n;
}
static inline char *put_instant(char *p, i64 micros) {
  static i64 last = INT64_MIN; static char text[32]; static int length;
  if (micros != last) { length = format_instant(text, micros); last = micros; }
  memcpy(p, text, 32);
  return p + length;
}
static inline char *put_total(char *p, i128 v) {
  if (v != (i64)v) { fprintf(stderr, "a total beyond 64 bits\n"); exit(1); }
  return put_integer(p, v);
}

#define TEXT(word) memcpy(p, word, sizeof(word) - 1); p += sizeof(word) - 1;
static char *csv(char *p, size_t rows) {
  for (size_t row = 0; row < rows; row++) {
    p = put_instant(p, starts[row]); *p++ = ',';
    p = put_integer(p, auctions[row]); *p++ = ',';
    p = put_integer(p, counts[row]); *p++ = ',';
    p = put_total(p, totals[row]); *p++ = ',';
    p = put_double(p, means[row]); *p++ = ',';
    p = put_integer(p, lows[row]); *p++ = ',';
    p = put_integer(p, highs[row]); *p++ = '\n';
  }
  return p;
}
static char *json(char *p, size_t rows) {
  for (size_t row = 0; row < rows; row++) {
    TEXT("{\"w\":\"") p = put_instant(p, starts[row]);
    TEXT("\",\"auction\":") p = put_integer(p, auctions[row]);
    TEXT(",\"n\":") p = put_integer(p, counts[row]);
    TEXT(",\"total\":") p = put_total(p, totals[row]);
    TEXT(",\"mean\":") p = put_double(p, means[row]);
    TEXT(",\"low\":") p = put_integer(p, lows[row]);
    TEXT(",\"high\":") p = put_integer(p, highs[row]);
    TEXT("}\n")
  }
  return p;
}

static void *column(FILE *file, size_t rows) {
  void *values = malloc(rows * 8);
  if (fread(values, 8, rows, file) != rows) { fprintf(stderr, "too few rows\n"); exit(1); }
  return values;
}

int main(int count, char **arguments) {
  if (count != 6) { fprintf(stderr, "usage: floor FORMAT FILE ROWS REPEATS PASSES\n"); return 2; }
  int is_csv = !strcmp(arguments[1], "csv");
  FILE *file = fopen(arguments[2], "rb");
  if (!file) { perror(arguments[2]); return 2; }
  size_t rows = strtoull(arguments[3], 0, 10);
  for (int v = 0; v < 100; v++) { pairs[2 * v] = '0' + v / 10; pairs[2 * v + 1] = '0' + v % 10; }
  starts = column(file, rows); auctions = column(file, rows); counts = column(file, rows);
  i64 *small = column(file, rows);
  totals = malloc(rows * 16);
  for (size_t row = 0; row < rows; row++) totals[row] = small[row];
  means = column(file, rows); lows = column(file, rows); highs = column(file, rows);
  char *out = malloc(rows * 256), *end = out;
  int repeats = atoi(arguments[4]), passes = atoi(arguments[5]);
  printf("{\"nanos\":[");
  for (int pass = -1; pass < passes; pass++) {
    double start = now();
    for (int repeat = 0; repeat < repeats; repeat++) end = is_csv ? csv(out, rows) : json(out, rows);
    if (pass >= 0) printf("%s%.0f", pass ? "," : "", (now() - start) / repeats);
  }
  u64 hash = 1;
  for (char *p = out; p < end; p++) hash = (hash ^ (unsigned char)*p) * 0x100000001b3ULL;
  printf("],\"hash\":\"%llu\"}\n", (unsigned long long)hash);
  return 0;
}
