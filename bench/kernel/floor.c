/*
 * The floor of the kernel suite: each case as a competent C programmer writes it by hand for these columns,
 * single thread, gcc -O3 -march=native. Same inputs, same exactness (overflow of 64-bit integers is checked, sums are 128 bits wide),
 * same results: every run prints a hash that must equal the other contenders'.
 *
 * usage: floor CASE DIRECTORY ROWS PASSES      columns are DIRECTORY/<name>.bin, little-endian
 * prints one JSON object: {"nanos":[one per pass],"hash":"..."}
 */
#include <malloc.h>
#include "../lib/bid-text.h"

typedef uint32_t u32;
typedef __int128 i128;

static const char *directory;
static size_t rows;

static void *column(const char *name, size_t *size_bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(2); }
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file);
  rewind(file);
  void *bytes = aligned_alloc(64, (size + 127) / 64 * 64);
  if (fread(bytes, 1, size, file) != size) { perror(path); exit(2); }
  memset((char *)bytes + size, 0, (size + 127) / 64 * 64 - size);
  fclose(file);
  if (size_bytes) *size_bytes = size;
  return bytes;
}

/* Order-independent: the sum over result rows of a mix of their values. */

#define BLOCK 1024

/* Set for the untimed pass that reads every row of the output, in order to hash it. */
static int hashing;

/* --- filter: SELECT a, x FROM t WHERE a > 500000 AND b < 300000 --- */
static u64 run_filter(void) {
  static i64 *a, *b; static double *x; static i64 out_a[BLOCK + 1]; static double out_x[BLOCK + 1];
  if (!a) { a = column("a.bin", 0); b = column("b.bin", 0); x = column("x.bin", 0); }
  u64 count = 0, sum = 0, total = 0;
  for (size_t start = 0; start < rows; start += BLOCK) {
    size_t end = start + BLOCK < rows ? start + BLOCK : rows, j = 0;
    for (size_t i = start; i < end; i++) {
      out_a[j] = a[i]; out_x[j] = x[i];
      j += (a[i] > 500000) & (b[i] < 300000);
    }
    count += j;
    if (hashing) for (size_t i = 0; i < j; i++) { sum += out_a[i]; total += (i64)(out_x[i] * 1e6); }
  }
  return mix(mix(mix(1, count), sum), total);
}

/* --- project: SELECT a * 3 + b, x * 2.5 + y FROM t --- */
static u64 run_project(void) {
  static i64 *a, *b; static double *x, *y; static i64 out_p[BLOCK]; static double out_q[BLOCK];
  if (!a) { a = column("a.bin", 0); b = column("b.bin", 0); x = column("x.bin", 0); y = column("y.bin", 0); }
  u64 sum = 0, total = 0;
  for (size_t start = 0; start < rows; start += BLOCK) {
    size_t n = start + BLOCK < rows ? BLOCK : rows - start; int overflow = 0;
    for (size_t i = 0; i < n; i++) {
      i64 p; overflow |= __builtin_mul_overflow(a[start + i], (i64)3, &p); overflow |= __builtin_add_overflow(p, b[start + i], &p);
      out_p[i] = p; out_q[i] = x[start + i] * 2.5 + y[start + i];
    }
    if (overflow) { fprintf(stderr, "overflow\n"); exit(1); }
    if (hashing) for (size_t i = 0; i < n; i++) { sum += out_p[i]; total += (i64)(out_q[i] * 1e6); }
  }
  return mix(mix(1, sum), total);
}

/* --- string: SELECT count(*) FROM t WHERE s LIKE 'item-1%' OR s = 'alpha-beta-gamma-17' --- */
typedef struct { u32 length; char prefix[4]; union { const char *pointer; char tail[8]; } rest; } view;

static u64 run_string(void) {
  static view *s;
  if (!s) {
    char *data = column("s.data.bin", 0); int32_t *offsets = column("s.offsets.bin", 0);
    s = aligned_alloc(64, (rows * sizeof(view) + 63) / 64 * 64);
    for (size_t i = 0; i < rows; i++) {
      u32 n = offsets[i + 1] - offsets[i]; memset(&s[i], 0, sizeof(view)); s[i].length = n;
      if (n <= 12) memcpy(s[i].prefix, data + offsets[i], n);
      else { memcpy(s[i].prefix, data + offsets[i], 4); s[i].rest.pointer = data + offsets[i]; }
    }
  }
  static const char word[] = "alpha-beta-gamma-17"; u32 word_length = sizeof word - 1; u64 count = 0;
  for (size_t i = 0; i < rows; i++) {
    const view *v = &s[i]; int hit = 0;
    const char *p = v->length <= 12 ? v->prefix : v->rest.pointer;
    if (v->length >= 6 && memcmp(v->prefix, "item", 4) == 0) hit = memcmp(p, "item-1", 6) == 0;
    else if (v->length == word_length && memcmp(v->prefix, word, 4) == 0) hit = memcmp(p, word, word_length) == 0;
    count += hit;
  }
  return mix(1, count);
}

/* --- sum-bigint: SELECT sum(a) FROM t; the sum is exact, and must fit 64 bits in the end --- */
static u64 run_sum_bigint(void) {
  static i64 *a;
  if (!a) a = column("a.bin", 0);
  i128 sum = 0;
  for (size_t i = 0; i < rows; i++) sum += a[i];
  if (sum != (i64)sum) { fprintf(stderr, "overflow\n"); exit(1); }
  return mix(1, (u64)sum);
}

/* --- sum-decimal: SELECT sum(d) FROM t, d DECIMAL(38, 4) --- */
static u64 run_sum_decimal(void) {
  static i128 *d;
  if (!d) d = column("d.bin", 0);
  i128 sum = 0; int overflow = 0;
  for (size_t i = 0; i < rows; i++) overflow |= __builtin_add_overflow(sum, d[i], &sum);
  if (overflow) { fprintf(stderr, "overflow\n"); exit(1); }
  return mix(mix(1, (u64)sum), (u64)(sum >> 64));
}

/* --- group: SELECT k, count(*), sum(a), min(a), max(a) FROM t GROUP BY k --- */
typedef struct { i64 key, count; i128 sum; i64 min, max; } group;
typedef struct { u32 *index; u32 mask; group *groups; u32 count, capacity; } table;

static void table_init(table *t) {
  t->mask = 1023; t->index = calloc(t->mask + 1, 4); t->capacity = 768; t->groups = malloc(t->capacity * sizeof(group)); t->count = 0;
}
static void table_free(table *t) { free(t->index); free(t->groups); }
static inline u64 hash64(u64 k) { k ^= k >> 32; k *= 0x9E3779B97F4A7C15ull; return k ^ (k >> 32); }
static void table_grow(table *t) {
  t->mask = t->mask * 2 + 1; t->capacity *= 2; free(t->index); t->index = calloc((size_t)t->mask + 1, 4);
  t->groups = realloc(t->groups, t->capacity * sizeof(group));
  for (u32 g = 0; g < t->count; g++) {
    u32 slot = hash64(t->groups[g].key) & t->mask;
    while (t->index[slot]) slot = (slot + 1) & t->mask;
    t->index[slot] = g + 1;
  }
}
static inline void table_update(table *t, i64 key, i64 a) {
  u32 slot = hash64(key) & t->mask; u32 g;
  while ((g = t->index[slot]) && t->groups[g - 1].key != key) slot = (slot + 1) & t->mask;
  group *r;
  if (g) r = &t->groups[g - 1];
  else {
    if (t->count == t->capacity) {
      table_grow(t); slot = hash64(key) & t->mask;
      while (t->index[slot]) slot = (slot + 1) & t->mask;
    }
    t->index[slot] = ++t->count; r = &t->groups[t->count - 1];
    *r = (group){key, 0, 0, INT64_MAX, INT64_MIN};
  }
  r->count++; r->sum += a;
  if (a < r->min) r->min = a;
  if (a > r->max) r->max = a;
}
static u64 table_hash(table *t, i64 window) {
  u64 h = 0;
  for (u32 g = 0; g < t->count; g++) {
    group *r = &t->groups[g];
    h += mix(mix(mix(mix(mix(mix(1, window), r->key), r->count), (u64)r->sum), r->min), r->max);
  }
  return h;
}
/* The result is hashed outside of the timed region: cases leave their tables here. */
#define CLOSED 4096
static table closed[CLOSED]; static i64 closed_start[CLOSED]; static size_t closed_count;
static void closed_add(table t, i64 start) {
  if (closed_count == CLOSED) { fprintf(stderr, "too many windows\n"); exit(1); }
  closed[closed_count] = t; closed_start[closed_count++] = start;
}
static u64 closed_hash(void) {
  u64 h = 0;
  for (size_t c = 0; c < closed_count; c++) { h += table_hash(&closed[c], closed_start[c]); table_free(&closed[c]); }
  closed_count = 0;
  return h;
}

static u64 run_group(const char *name) {
  static i64 *k, *a;
  if (!k) { char file[64]; snprintf(file, sizeof file, "%s.bin", name); k = column(file, 0); a = column("a.bin", 0); }
  table t; table_init(&t);
  for (size_t i = 0; i < rows; i++) table_update(&t, k[i], a[i]);
  closed_add(t, 0);
  return 0;
}

/* --- tumble: as group by k1k, in windows of ten seconds of ts; a watermark five seconds behind closes them --- */
#define WINDOW 10000000
#define DELAY 5000000
#define PANES 64
static u64 run_tumble(void) {
  static i64 *k, *a, *ts;
  if (!k) { k = column("k1k.bin", 0); a = column("a.bin", 0); ts = column("ts.bin", 0); }
  static table panes[PANES]; static i64 starts[PANES]; static int open[PANES];
  memset(open, 0, sizeof open);
  i64 watermark = INT64_MIN; i64 first = INT64_MAX;
  for (size_t begin = 0; begin < rows; begin += BLOCK) {
    size_t end = begin + BLOCK < rows ? begin + BLOCK : rows;
    for (size_t i = begin; i < end; i++) {
      i64 t = ts[i], start = t - t % WINDOW;
      if (start + WINDOW > watermark) {
        u32 p = (u64)(start / WINDOW) % PANES;
        if (!open[p]) { table_init(&panes[p]); starts[p] = start; open[p] = 1; if (start < first) first = start; }
        table_update(&panes[p], k[i], a[i]);
      }
      if (t - DELAY > watermark) watermark = t - DELAY;
    }
    while (first != INT64_MAX && first + WINDOW <= watermark) {
      u32 p = (u64)(first / WINDOW) % PANES;
      if (open[p]) { closed_add(panes[p], starts[p]); open[p] = 0; }
      first += WINDOW;
    }
  }
  for (u32 p = 0; p < PANES; p++) if (open[p]) closed_add(panes[p], starts[p]);
  return 0;
}

/* --- json: auction, price, dateTime of 200-byte bids, speculative field order, strings skipped 16 bytes at a time --- */
static u64 run_json(void) {
  static char *bytes; static size_t size;
  if (!bytes) bytes = column("bid.ndjson", &size);
  u64 h = 0; const char *p = bytes, *end = bytes + size; i64 auction, bidder, price, at;
  while (p < end) {
    NEED("{\"auction\":") p = integer(p, &auction);
    NEED(",\"bidder\":") p = integer(p, &bidder);
    NEED(",\"price\":") p = integer(p, &price);
    NEED(",\"channel\":\"") p = string_end(p);
    NEED(",\"url\":\"") p = string_end(p);
    NEED(",\"dateTime\":\"") p = timestamp(p, &at);
    NEED("\",\"extra\":\"") p = string_end(p);
    NEED("}\n")
    h += (u64)auction + (u64)price * 31 + (u64)at * 17;
  }
  return mix(1, h);
}

/* --- csv: the same columns of the same bids as CSV without quotes --- */
static u64 run_csv(void) {
  static char *bytes; static size_t size;
  if (!bytes) bytes = column("bid.csv", &size);
  const char *end = bytes + size, *p = memchr(bytes, '\n', size) + 1; u64 h = 0; i64 auction, bidder, price, at;
  while (p < end) {
    p = integer(p, &auction) + 1; p = integer(p, &bidder) + 1; p = integer(p, &price) + 1;
    p = memchr(p, ',', end - p) + 1; p = memchr(p, ',', end - p) + 1;
    p = timestamp(p, &at);
    p = memchr(p, '\n', end - p) + 1;
    h += (u64)auction + (u64)price * 31 + (u64)at * 17;
  }
  return mix(1, h);
}

static u64 run(const char *name) {
  if (!strcmp(name, "filter")) return run_filter();
  if (!strcmp(name, "project")) return run_project();
  if (!strcmp(name, "string")) return run_string();
  if (!strcmp(name, "sum-bigint")) return run_sum_bigint();
  if (!strcmp(name, "sum-decimal")) return run_sum_decimal();
  if (!strcmp(name, "group-16")) return run_group("k16");
  if (!strcmp(name, "group-1k")) return run_group("k1k");
  if (!strcmp(name, "group-1m")) return run_group("k1m");
  if (!strcmp(name, "tumble")) return run_tumble();
  if (!strcmp(name, "json")) return run_json();
  if (!strcmp(name, "csv")) return run_csv();
  fprintf(stderr, "no case %s\n", name);
  exit(2);
}

int main(int count, char **arguments) {
  // what a pass frees is the next one's, as in a process that runs on: fresh pages are the system's time, and on virtual machines the host's
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  if (count != 5) { fprintf(stderr, "usage: floor CASE DIRECTORY ROWS PASSES\n"); return 2; }
  directory = arguments[2]; rows = strtoull(arguments[3], 0, 10);
  int passes = atoi(arguments[4]); hashing = 1;
  u64 h = run(arguments[1]); h += closed_hash(); hashing = 0;
  printf("{\"nanos\":[");
  for (int pass = 0; pass < passes; pass++) {
    double start = now();
    u64 again = run(arguments[1]);
    printf("%s%.0f", pass ? "," : "", now() - start);
    int partial = !strcmp(arguments[1], "filter") || !strcmp(arguments[1], "project");
    if (again + closed_hash() != h && !partial) { fprintf(stderr, "unstable result\n"); return 1; }
  }
  printf("],\"hash\":\"%llu\"}\n", (unsigned long long)h);
  return 0;
}
