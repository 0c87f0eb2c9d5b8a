/*
 * The floor of JSON decoding: auction, price and dateTime of Nexmark bids into three columns, as a competent C programmer writes it for
 * exactly these records, single thread, gcc -O3 -march=native. `steady`: fields in the order of the generator, nothing else is accepted.
 * `shuffled`: any order, keys told apart by length and first byte.
 *
 * usage: floor ORDER FILE ROWS REPEATS PASSES
 * prints one JSON object: {"nanos":[one per pass],"hash":"..."}
 */
#include "../lib/bid-text.h"

static i64 *auctions, *prices, *times;

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
