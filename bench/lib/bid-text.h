/* A bid of the Nexmark generator as NDJSON, read by hand: what follows a field's name is known, strings are skipped 16 bytes at a time. */
#pragma once
#include <emmintrin.h>
#include "floor.h"

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
/* "2026-01-01 00:00:00.123" or with T, 0 to 6 fraction digits */
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
