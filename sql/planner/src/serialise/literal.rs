//! Literal values as text that loses nothing.

use arrow::datatypes::{DataType, IntervalMonthDayNano, IntervalUnit, TimeUnit};
use datafusion_common::ScalarValue;
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, INVALID_WINDOW, NUMERIC_OVERFLOW, Result};
use crate::literals;

const NANOS_PER_MICRO: i64 = 1000;

/// A literal's `value`; None for a value outside the language.
pub fn value(scalar: &ScalarValue) -> Result<Value> {
    if scalar.is_null() {
        return Ok(Value::Null);
    }
    Ok(match scalar {
        ScalarValue::Boolean(Some(value)) => json!(value),
        ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)) | ScalarValue::Utf8View(Some(text)) => json!(text),
        ScalarValue::Binary(Some(bytes)) | ScalarValue::LargeBinary(Some(bytes)) | ScalarValue::BinaryView(Some(bytes)) => {
            json!(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        ScalarValue::Decimal128(Some(digits), ..) => json!(digits.to_string()),
        ScalarValue::Float64(Some(number)) => json!(float(*number, number.to_string())),
        ScalarValue::Float32(Some(number)) => json!(float(f64::from(*number), number.to_string())),
        ScalarValue::Date32(Some(days)) => json!(days.to_string()),
        ScalarValue::Time64Microsecond(Some(micros)) | ScalarValue::TimestampMicrosecond(Some(micros), _) => json!(micros.to_string()),
        ScalarValue::IntervalMonthDayNano(Some(interval)) => interval_json(*interval)?,
        other => match other.data_type() {
            data_type if data_type.is_integer() => json!(other.to_string()),
            DataType::Timestamp(unit, _) | DataType::Time64(unit) | DataType::Time32(unit) => json!(scale(other, unit)?),
            DataType::Interval(IntervalUnit::DayTime | IntervalUnit::YearMonth) => {
                let cast = other.cast_to(&crate::types::INTERVAL).map_err(|error| unsupported(&error.to_string()))?;
                return value(&cast);
            }
            data_type => return Err(unsupported(&format!("a literal of type {data_type}"))),
        },
    })
}

fn unsupported(what: &str) -> Diagnostic {
    Diagnostic::new(crate::diagnostic::UNSUPPORTED_FEATURE, format!("{what} is not supported")).hint("see docs/language/types.md")
}

/// Shortest text that reads back as the same number; names as `sql/plan` has them.
fn float(number: f64, shortest: String) -> String {
    if number.is_nan() {
        "NaN".to_string()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_string() } else { "-Infinity".to_string() }
    } else {
        shortest
    }
}

fn scale(scalar: &ScalarValue, unit: TimeUnit) -> Result<String> {
    let count: i64 = scalar.cast_to(&DataType::Int64).ok().and_then(|value| value.to_string().parse().ok()).unwrap_or_default();
    let micros = match unit {
        TimeUnit::Second => count.checked_mul(1_000_000),
        TimeUnit::Millisecond => count.checked_mul(1000),
        TimeUnit::Microsecond => Some(count),
        TimeUnit::Nanosecond => Some(count.div_euclid(NANOS_PER_MICRO)),
    };
    let overflow = || Diagnostic::new(NUMERIC_OVERFLOW, "time literal out of range");
    micros.map(|micros| micros.to_string()).ok_or_else(overflow)
}

fn interval_json(interval: IntervalMonthDayNano) -> Result<Value> {
    if interval.nanoseconds % NANOS_PER_MICRO != 0 {
        return Err(Diagnostic::new(NUMERIC_OVERFLOW, "an interval has microseconds at most"));
    }
    let micros = (interval.nanoseconds / NANOS_PER_MICRO).to_string();
    Ok(json!({"months": interval.months, "days": interval.days, "micros": micros}))
}

/// A window's size or offset: a constant interval.
pub fn interval_of(scalar: Option<&ScalarValue>, what: &str) -> Result<IntervalMonthDayNano> {
    match scalar {
        Some(ScalarValue::IntervalMonthDayNano(Some(interval))) => Ok(*interval),
        _ => Err(Diagnostic::new(INVALID_WINDOW, format!("{what} must be a constant interval")).hint("write INTERVAL '10' SECOND")),
    }
}

pub fn interval_value(interval: IntervalMonthDayNano) -> Result<Value> {
    interval_json(interval)
}

/// Text that a cast turns into a date or a time: its value, so that constants need no run time.
pub fn parse_text(text: &str, data_type: &DataType) -> Option<String> {
    match data_type {
        DataType::Date32 => literals::date(text).map(|days| days.to_string()),
        DataType::Timestamp(..) => literals::timestamp(text).map(|micros| micros.to_string()),
        DataType::Time64(_) => literals::time(text).map(|micros| micros.to_string()),
        DataType::Float64 => text.trim().parse::<f64>().ok().map(|number| float(number, number.to_string())),
        _ => None,
    }
}
