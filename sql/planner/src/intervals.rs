//! Text of intervals as PostgreSQL and CAST take it and Arrow does not: `3 days -04:05:06`, `1-2` (years and months), `1 day ago`,
//! `P1DT2H`.

use arrow::compute::kernels::cast_utils::{IntervalParseConfig, IntervalUnit, parse_interval_month_day_nano_config};
use arrow::datatypes::IntervalMonthDayNano;

use crate::literals;

const NANOS_PER_MINUTE: i64 = 60_000_000_000;

/// None for anything else, and for what does not fit.
pub fn parse(text: &str) -> Option<IntervalMonthDayNano> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let (sign, iso) = match lower.strip_prefix('-') {
        Some(rest) if rest.starts_with('p') => (-1, rest),
        _ => (1, lower.as_str()),
    };
    if let Some(parts) = iso.strip_prefix('p') {
        return signed(units(&iso_words(parts)?)?, sign);
    }
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    let is_ago = words.last() == Some(&"ago");
    if is_ago {
        words.pop();
    }
    signed(sum(&words)?, if is_ago { -1 } else { 1 })
}

/// An interval's text that Arrow takes.
pub fn plain(interval: IntervalMonthDayNano) -> String {
    format!("{} months {} days {} nanoseconds", interval.months, interval.days, interval.nanoseconds)
}

/// Clocks and years with months by themselves, the other words as amounts of units.
fn sum(words: &[&str]) -> Option<IntervalMonthDayNano> {
    let mut rest = vec![];
    let mut total = IntervalMonthDayNano::ZERO;
    for word in words {
        let (sign, amount) = match word.strip_prefix('-') {
            Some(amount) => (-1, amount),
            None => (1, word.strip_prefix('+').unwrap_or(word)),
        };
        let part = if amount.contains(':') {
            clock(amount)?
        } else if let Some((years, months)) = amount.split_once('-') {
            let months = years.parse::<u16>().ok().map(i32::from)? * 12 + months.parse::<u16>().ok().map(i32::from)?;
            IntervalMonthDayNano::new(months, 0, 0)
        } else {
            rest.push(word.strip_prefix('+').unwrap_or(word).to_string());
            continue;
        };
        total = plus(total, signed(part, sign)?)?;
    }
    if rest.is_empty() { (!words.is_empty()).then_some(total) } else { plus(total, units(&rest.join(" "))?) }
}

fn units(words: &str) -> Option<IntervalMonthDayNano> {
    parse_interval_month_day_nano_config(words, IntervalParseConfig::new(IntervalUnit::Second)).ok()
}

/// `HH:MM[:SS[.ffffff]]`, with any number of hours.
fn clock(text: &str) -> Option<IntervalMonthDayNano> {
    let (hours, rest) = text.split_once(':')?;
    let below_an_hour = literals::time(&format!("0:{rest}"))?;
    let hours: u32 = hours.parse().ok()?;
    let nanoseconds = i64::from(hours).checked_mul(60 * NANOS_PER_MINUTE)?.checked_add(below_an_hour * 1000)?;
    Some(IntervalMonthDayNano::new(0, 0, nanoseconds))
}

/// `1y2m3dt4h5m6s` (without its P) as words.
fn iso_words(text: &str) -> Option<String> {
    let mut words = String::new();
    let mut amount = String::new();
    let mut in_time = false;
    for letter in text.chars() {
        let unit = match letter {
            '0'..='9' | '.' | '-' => {
                amount.push(letter);
                continue;
            }
            't' if !in_time && amount.is_empty() => {
                in_time = true;
                continue;
            }
            'y' if !in_time => "years",
            'm' if !in_time => "months",
            'w' if !in_time => "weeks",
            'd' if !in_time => "days",
            'h' if in_time => "hours",
            'm' if in_time => "minutes",
            's' if in_time => "seconds",
            _ => return None,
        };
        words = format!("{words} {} {unit}", std::mem::take(&mut amount));
    }
    (amount.is_empty() && !words.is_empty()).then(|| words.trim().to_string())
}

fn plus(a: IntervalMonthDayNano, b: IntervalMonthDayNano) -> Option<IntervalMonthDayNano> {
    let (months, days) = (a.months.checked_add(b.months)?, a.days.checked_add(b.days)?);
    Some(IntervalMonthDayNano::new(months, days, a.nanoseconds.checked_add(b.nanoseconds)?))
}

fn signed(interval: IntervalMonthDayNano, sign: i32) -> Option<IntervalMonthDayNano> {
    let (months, days) = (interval.months.checked_mul(sign)?, interval.days.checked_mul(sign)?);
    Some(IntervalMonthDayNano::new(months, days, interval.nanoseconds.checked_mul(sign.into())?))
}
