//! Text of dates and times as values, exactly, years 1 to 9999; DataFusion's own literals are nanoseconds from 1677 to 2262.

use arrow::compute::kernels::cast_utils::{IntervalParseConfig, IntervalUnit, parse_interval_month_day_nano_config};
use arrow::datatypes::DataType;
use chrono::NaiveDate;
use sqlparser::ast::{Expr, Interval, Value, ValueWithSpan};

use crate::diagnostic::{Diagnostic, INVALID_CAST, NUMERIC_OVERFLOW, Result};

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// Refuses a typed literal (`DATE '..'`) that is none.
pub fn check(text: &str, data_type: &DataType) -> Result<()> {
    let fits = match data_type {
        DataType::Date32 => date(text).is_some(),
        DataType::Timestamp(..) => timestamp(text).is_some(),
        DataType::Time64(_) => time(text).is_some(),
        DataType::Boolean => ["t", "true", "y", "yes", "on", "1", "f", "false", "n", "no", "off", "0"].contains(&text.trim().to_lowercase().as_str()),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => text.trim().parse::<i64>().is_ok(),
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => text.trim().parse::<u64>().is_ok(),
        DataType::Float32 | DataType::Float64 => text.trim().parse::<f64>().is_ok(),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let name = crate::types::name(data_type).unwrap_or_default();
    let hint = match data_type {
        DataType::Date32 => "write DATE '2026-03-31', years 1 to 9999",
        DataType::Timestamp(..) => "write TIMESTAMP '2026-03-31 13:45:30.123456', years 1 to 9999",
        DataType::Time64(_) => "write TIME '13:45:30.123456'",
        _ => return Err(Diagnostic::new(INVALID_CAST, format!("invalid input for type {name}: '{text}'"))),
    };
    Err(Diagnostic::new(INVALID_CAST, format!("invalid input for type {name}: '{text}'")).hint(hint))
}

/// What is wrong with an INTERVAL literal, if anything. Text that only `intervals` takes is spelled anew for the planner.
pub fn interval_error(interval: &mut Interval) -> Option<Diagnostic> {
    let text = match &*interval.value {
        Expr::Value(value) => literal_text(value)?,
        Expr::UnaryOp { expr, .. } => match &**expr {
            Expr::Value(value) => literal_text(value)?,
            _ => return None,
        },
        _ => return None,
    };
    let whole = match &interval.leading_field {
        Some(field) => format!("{text} {field}"),
        None => text.clone(),
    };
    let config = IntervalParseConfig::new(IntervalUnit::Second);
    let error = parse_interval_month_day_nano_config(&whole, config).err()?;
    if let (None, Expr::Value(value)) = (&interval.leading_field, &mut *interval.value)
        && let Some(parsed) = crate::intervals::parse(&text)
    {
        value.value = Value::SingleQuotedString(crate::intervals::plain(parsed));
        return None;
    }
    let message = error.to_string();
    if message.to_lowercase().contains("overflow") {
        return Some(Diagnostic::new(NUMERIC_OVERFLOW, format!("interval out of range: '{text}'")));
    }
    let error = Diagnostic::new(INVALID_CAST, format!("invalid input for type INTERVAL: '{text}'"));
    Some(error.hint("write INTERVAL '10' SECOND or INTERVAL '1 day 2 hours'"))
}

fn literal_text(value: &ValueWithSpan) -> Option<String> {
    match &value.value {
        Value::Number(text, _) => Some(text.clone()),
        other => other.clone().into_string(),
    }
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub fn date(text: &str) -> Option<i32> {
    let mut parts = text.trim().split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let year = digits(year)?;
    if !(1..=9999).contains(&year) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year as i32, digits_up_to_two(month)?, digits_up_to_two(day)?)?;
    Some((date - NaiveDate::default()).num_days() as i32)
}

/// Microseconds since 1970-01-01 of `date[( |T)time[offset]]`; with an offset, converted to UTC.
pub fn timestamp(text: &str) -> Option<i64> {
    let text = text.trim();
    let (day, rest) = match text.split_once(['T', 't', ' ']) {
        Some((day, rest)) => (day, rest.trim_start()),
        None => (text, "00:00:00"),
    };
    let (time_of_day, offset_seconds) = split_offset(rest)?;
    let day_micros = i64::from(date(day)?) * SECONDS_PER_DAY * MICROS_PER_SECOND;
    let micros = day_micros + clock(time_of_day)? - offset_seconds * MICROS_PER_SECOND;
    let (first, last) = (i64::from(date("0001-01-01")?), i64::from(date("9999-12-31")?) + 1);
    let day_length = SECONDS_PER_DAY * MICROS_PER_SECOND;
    (first * day_length..last * day_length).contains(&micros).then_some(micros)
}

/// Microseconds since midnight of `HH:MM[:SS[.ffffff]]`.
pub fn time(text: &str) -> Option<i64> {
    clock(text).filter(|micros| *micros < SECONDS_PER_DAY * MICROS_PER_SECOND)
}

/// As `time`; what is rounded up to midnight belongs to the next day.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':');
    let (hours, minutes) = (digits_up_to_two(parts.next()?)?, digits_up_to_two(parts.next()?)?);
    let (seconds, micros) = match parts.next() {
        None => (0, 0),
        Some(seconds) => match seconds.split_once('.') {
            None => (digits_up_to_two(seconds)?, 0),
            Some((whole, fraction)) => (digits_up_to_two(whole)?, fraction_micros(fraction)?),
        },
    };
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some((i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds)) * MICROS_PER_SECOND + i64::from(micros))
}

/// Rounded to six digits, as CAST does.
fn fraction_micros(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (kept, rest) = fraction.split_at(fraction.len().min(6));
    let micros = digits(kept)? * 10u32.pow(6 - kept.len() as u32);
    Some(micros + u32::from(rest.as_bytes().first().is_some_and(|digit| *digit >= b'5')))
}

/// The clock and the offset's seconds east of UTC.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), 0));
    }
    let Some(at) = text.find(['+', '-']) else { return Some((text, 0)) };
    let sign = if text.as_bytes()[at] == b'-' { -1 } else { 1 };
    let offset = &text[at + 1..];
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (digits_up_to_two(hours)?, digits_up_to_two(minutes)?),
        None if offset.len() == 4 && offset.is_ascii() => (digits(&offset[..2])?, digits(&offset[2..])?),
        None => (digits_up_to_two(offset)?, 0),
    };
    (hours <= 15 && minutes <= 59).then_some((text[..at].trim_end(), sign * i64::from(hours * 3600 + minutes * 60)))
}

fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn digits_up_to_two(text: &str) -> Option<u32> {
    if text.len() <= 2 { digits(text) } else { None }
}
