/*
 * The floor of JSON decoding: auction, price and dateTime of Nexmark bids into three columns, as a competent C programmer writes it for
 * exactly these records, single thread, gcc -O3 -march=native. `steady`: fields in the order of the generator, nothing else is accepted.
 * `shuffled`: any order, keys told apart by length and first byte.
 *
 * usage: floor ORDER FILE ROWS REPEATS PASSES
 * prints one JSON object: {"nanos":[one per pass],"hash":"..."}
 */
#include <emmintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int64_t i64;
typedef uint64_t u64;

static i64 *auctions, *prices, *times;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static u64 mix(u64 hash, u64 value) {
  u64 h = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
  return h ^ (h >> 29);
}

static inline const char *expect(const char *p, const char *word, size_t length) {
  return memcmp(p, word, length) == 0 ? p + length : NULL;
}
static inline const char *integer(const char *p, i64 *value) {
  i64 v = 0; int negative = *p == '-'; p += negative;
  while ((unsigned char)(*p - '0') < 10) v = v * 10 + (*p++ - '0');
  *value = negative ? -v : v;
  return p;
}
static inline const char *string_end(const char *p) {
  const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\');
  for (;;) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    int m = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, back)));
    if (m) { p += __builtin_ctz(m); if (*p == '"') return p + 1; p += 2; continue; }
    p += 16;
  }
}
static inline int digits2(const char *p) { return (p[0] - '0') * 10 + (p[1] - '0'); }
static i64 days_from_civil(int y, int m, int d) {
  y -= m <= 2; int era = (y >= 0 ? y : y - 399) / 400; unsigned yoe = y - era * 400;
  unsigned doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1; unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097LL + doe - 719468;
}
static inline const char *timestamp(const char *p, i64 *value) {
  int y = digits2(p) * 100 + digits2(p + 2), mo = digits2(p + 5), d = digits2(p + 8);
  int h = digits2(p + 11), mi = digits2(p + 14), s = digits2(p + 17); i64 micros = 0; int n = 0; p += 19;
  if (*p == '.') { p++; while ((unsigned char)(*p - '0') < 10) { micros = micros * 10 + (*p++ - '0'); n++; } }
  while (n < 6) { micros *= 10; n++; }
  if (*p == 'Z') p++;
  *value = ((days_from_civil(y, mo, d) * 24 + h) * 60 + mi) * 60000000LL + s * 1000000LL + micros;
  return p;
}

#define NEED(word) if (!(p = expect(p, word, sizeof(word) - 1))) { fprintf(stderr, "field order\n"); exit(1); }
static size_t steady(const char *p, const char *end) {
  size_t row = 0; i64 bidder;
  while (p < end) {
    NEED("{\"auction\":") p = integer(p, auctions + row);
    NEED(",\"bidder\":") p = integer(p, &bidder);
    NEED(",\"price\":") p = integer(p, prices + row);
    NEED(",\"channel\":\"") p = string_end(p);
    NEED(",\"url\":\"") p = string_end(p);
    NEED(",\"dateTime\":\"") p = timestamp(p, times + row);
    NEED("\",\"extra\":\"") p = string_end(p);
    NEED("}\n")
    row++;
  }
  return row;
}

static size_t shuffled(const char *p, const char *end) {
  size_t row = 0; i64 bidder;
  while (p < end) {
    p++;
    for (int field = 0; field < 7; field++) {
      switch (p[1]) {
        case 'a': NEED("\"auction\":") p = integer(p, auctions + row); break;
        case 'b': NEED("\"bidder\":") p = integer(p, &bidder); break;
        case 'p': NEED("\"price\":") p = integer(p, prices + row); break;
        case 'c': NEED("\"channel\":\"") p = string_end(p); break;
        case 'u': NEED("\"url\":\"") p = string_end(p); break;
        case 'd': NEED("\"dateTime\":\"") p = timestamp(p, times + row) + 1; break;
        case 'e': NEED("\"extra\":\"") p = string_end(p); break;
        default: fprintf(stderr, "unknown field\n"); exit(1);
      }
      p++;
    }
    if (p[-1] != '}' || *p++ != '\n') { fprintf(stderr, "unknown field\n"); exit(1); }
    row++;
  }
  return row;
}

int main(int count, char **arguments) {
  if (count != 6) { fprintf(stderr, "usage: floor ORDER FILE ROWS REPEATS PASSES\n"); return 2; }
  int is_steady = !strcmp(arguments[1], "steady");
  FILE *file = fopen(arguments[2], "rb");
  if (!file) { perror(arguments[2]); return 2; }
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file), rows = strtoull(arguments[3], 0, 10);
  rewind(file);
  char *bytes = calloc(1, size + 64);
  if (fread(bytes, 1, size, file) != size) { perror(arguments[2]); return 2; }
  auctions = calloc(rows, 8); prices = calloc(rows, 8); times = calloc(rows, 8);
  int repeats = atoi(arguments[4]), passes = atoi(arguments[5]);
  printf("{\"nanos\":[");
  for (int pass = -1; pass < passes; pass++) {
    double start = now();
    for (int repeat = 0; repeat < repeats; repeat++) {
      size_t found = is_steady ? steady(bytes, bytes + size) : shuffled(bytes, bytes + size);
      if (found != rows) { fprintf(stderr, "%zu rows\n", found); return 1; }
    }
    if (pass >= 0) printf("%s%.0f", pass ? "," : "", (now() - start) / repeats);
  }
  u64 sum = 0;
  for (size_t row = 0; row < rows; row++) sum += (u64)auctions[row] + (u64)prices[row] * 31 + (u64)times[row] * 17;
  printf("],\"hash\":\"%llu\"}\n", (unsigned long long)mix(1, sum));
  return 0;
}
