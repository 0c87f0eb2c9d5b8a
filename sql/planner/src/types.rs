//! SQL types, Arrow types and the canonical names of `sql/types`.

use arrow::datatypes::{DataType, FieldRef, IntervalUnit, TimeUnit};
use datafusion_common::datatype::DataTypeExt;
use datafusion_expr::planner::TypePlanner;
use sqlparser::tokenizer::{Token, TokenWithSpan};
use sqlparser::ast::{CharLengthUnits, CharacterLength, DataType as SqlType, ExactNumberInfo, TimezoneInfo};

use crate::diagnostic::{Diagnostic, Result, UNKNOWN_TYPE, UNSUPPORTED_FEATURE};

pub const TIMESTAMP: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
pub const TIME: DataType = DataType::Time64(TimeUnit::Microsecond);
pub const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);

/// Arrow without a zone database knows zones by offset only.
pub const UTC: &str = "+00:00";

pub fn timestamptz() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into()))
}

const DECIMAL_PRECISION_MAX: u64 = 38;

/// The type that a type's name in SQL means.
pub fn from_sql(sql: &SqlType) -> Result<DataType> {
    Ok(match sql {
        SqlType::Boolean | SqlType::Bool => DataType::Boolean,
        SqlType::TinyInt(None) => DataType::Int8,
        SqlType::SmallInt(None) | SqlType::Int2(None) | SqlType::Int16 => DataType::Int16,
        SqlType::Int(None) | SqlType::Integer(None) | SqlType::Int4(None) | SqlType::Int32 => DataType::Int32,
        SqlType::BigInt(None) | SqlType::Int8(None) | SqlType::Int64 => DataType::Int64,
        SqlType::TinyIntUnsigned(None) | SqlType::UTinyInt | SqlType::UInt8 => DataType::UInt8,
        SqlType::SmallIntUnsigned(None) | SqlType::Int2Unsigned(None) | SqlType::USmallInt | SqlType::UInt16 => DataType::UInt16,
        SqlType::IntUnsigned(None) | SqlType::IntegerUnsigned(None) | SqlType::Int4Unsigned(None) | SqlType::UInt32 => DataType::UInt32,
        SqlType::BigIntUnsigned(None) | SqlType::Int8Unsigned(None) | SqlType::UBigInt | SqlType::UInt64 => DataType::UInt64,
        SqlType::Real | SqlType::Float4 | SqlType::Float32 => DataType::Float32,
        SqlType::Double(ExactNumberInfo::None) | SqlType::DoublePrecision | SqlType::Float8 | SqlType::Float64 => DataType::Float64,
        SqlType::Float(ExactNumberInfo::None) => DataType::Float64,
        SqlType::Float(ExactNumberInfo::Precision(bits)) if (1..=24).contains(bits) => DataType::Float32,
        SqlType::Float(ExactNumberInfo::Precision(bits)) if (25..=53).contains(bits) => DataType::Float64,
        SqlType::Decimal(info) | SqlType::Numeric(info) | SqlType::Dec(info) => decimal(info)?,
        SqlType::Varchar(None) | SqlType::Text | SqlType::String(None) | SqlType::CharacterVarying(None) => DataType::Utf8,
        SqlType::CharVarying(None) => DataType::Utf8,
        SqlType::Varchar(Some(_)) | SqlType::CharacterVarying(Some(_)) | SqlType::CharVarying(Some(_)) => {
            return Err(refuse(sql, "declare VARCHAR: columns have no lengths; CAST(x AS VARCHAR(n)) cuts text to n characters, 1 to 10485760"));
        }
        SqlType::Char(_) | SqlType::Character(_) => return Err(refuse(sql, "use VARCHAR: text is not padded with blanks")),
        SqlType::Bytea | SqlType::Blob(None) | SqlType::Bytes(None) | SqlType::Varbinary(None) => DataType::Binary,
        SqlType::Date => DataType::Date32,
        SqlType::Time(None | Some(6), TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => TIME,
        SqlType::Timestamp(None | Some(6), TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => TIMESTAMP,
        SqlType::Timestamp(None | Some(6), TimezoneInfo::Tz | TimezoneInfo::WithTimeZone) => timestamptz(),
        SqlType::Timestamp(Some(_), _) | SqlType::Time(Some(_), _) => {
            return Err(refuse(sql, "times have microseconds, which is precision 6: leave the precision out, DATE_TRUNC('millisecond', ..) cuts"));
        }
        SqlType::Interval { fields: None, precision: None } => INTERVAL,
        SqlType::Custom(name, parameters) => custom(&name.to_string(), parameters, sql)?,
        SqlType::Array(_) | SqlType::Struct(..) | SqlType::Map(..) | SqlType::Tuple(_) | SqlType::Nested(_) | SqlType::JSON | SqlType::JSONB => {
            return Err(refuse(sql, NESTED_HINT));
        }
        _ => return Err(refuse(sql, "see the list of types in docs/language/types.md")),
    })
}

pub const NESTED_HINT: &str = "declare the field as VARCHAR, or leave it out";

/// The n of VARCHAR(n).
pub fn length_of(sql: &SqlType) -> Option<u64> {
    match sql {
        SqlType::Varchar(Some(length)) | SqlType::CharacterVarying(Some(length)) | SqlType::CharVarying(Some(length)) => match length {
            CharacterLength::IntegerLength { length, unit: None | Some(CharLengthUnits::Characters) } => Some(*length),
            _ => None,
        },
        _ => None,
    }
}

/// `MAP<..>`, which the parser does not read.
pub fn refuse_map(tokens: &[TokenWithSpan], index: usize) -> Result<()> {
    let opens = |index: usize| tokens.get(index).is_some_and(|token| token.token == Token::Lt);
    if !(tokens.get(index).is_some_and(|token| crate::tokens::is_word(token, "map")) && opens(index + 1)) {
        return Ok(());
    }
    let mut depth = 0i32;
    let last = tokens.iter().enumerate().skip(index + 1).find_map(|(at, token)| {
        match token.token {
            Token::Lt => depth += 1,
            Token::Gt => depth -= 1,
            Token::ShiftRight => depth -= 2,
            _ => {}
        }
        (depth <= 0).then_some(at)
    });
    let span = crate::span::Span::of_tokens(&tokens[index..=last.unwrap_or(index + 1)]);
    Err(Diagnostic::new(UNSUPPORTED_FEATURE, "type MAP is not supported").at(span).hint(NESTED_HINT))
}

fn refuse(sql: &SqlType, hint: &str) -> Diagnostic {
    Diagnostic::new(UNSUPPORTED_FEATURE, format!("type {sql} is not supported")).hint(hint)
}

fn decimal(info: &ExactNumberInfo) -> Result<DataType> {
    let (precision, scale) = match *info {
        ExactNumberInfo::None => (DECIMAL_PRECISION_MAX, 10),
        ExactNumberInfo::Precision(precision) => (precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (precision, scale),
    };
    if !(1..=DECIMAL_PRECISION_MAX).contains(&precision) || scale < 0 || scale as u64 > precision {
        let message = format!("type DECIMAL({precision},{scale}) is not supported");
        return Err(Diagnostic::new(UNSUPPORTED_FEATURE, message).hint("1 <= precision <= 38 and 0 <= scale <= precision"));
    }
    Ok(DataType::Decimal128(precision as u8, scale as i8))
}

fn custom(name: &str, parameters: &[String], sql: &SqlType) -> Result<DataType> {
    if name.eq_ignore_ascii_case("map") {
        return Err(refuse(sql, NESTED_HINT));
    }
    if !parameters.is_empty() {
        return Err(refuse(sql, "see the list of types in docs/language/types.md"));
    }
    Ok(match name.to_ascii_lowercase().as_str() {
        "uint8" | "utinyint" => DataType::UInt8,
        "uint16" | "usmallint" => DataType::UInt16,
        "uint32" | "uinteger" => DataType::UInt32,
        "uint64" | "ubigint" => DataType::UInt64,
        "int16" => DataType::Int16,
        "int32" => DataType::Int32,
        "int64" => DataType::Int64,
        "string" => DataType::Utf8,
        "timestamptz" => timestamptz(),
        other => {
            let suggestion = crate::suggest::nearest(other, KNOWN_NAMES.iter().copied());
            let hint = suggestion.unwrap_or_else(|| "see the list of types in docs/language/types.md".to_string());
            return Err(Diagnostic::new(UNKNOWN_TYPE, format!("type {name} does not exist")).hint(hint));
        }
    })
}

const KNOWN_NAMES: [&str; 18] = [
    "boolean", "tinyint", "smallint", "integer", "bigint", "real", "double", "decimal", "numeric", "varchar", "text", "bytea", "date",
    "time", "timestamp", "timestamptz", "interval", "float",
];

/// The canonical name; None for a type outside the language (nested, dictionary, 256 bit).
pub fn name(data_type: &DataType) -> Option<String> {
    Some(match data_type {
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) | DataType::Decimal128(precision, scale) => {
            if *scale < 0 || *scale as u8 > *precision {
                return None;
            }
            format!("DECIMAL({precision},{scale})")
        }
        other => simple_name(other)?.to_string(),
    })
}

fn simple_name(data_type: &DataType) -> Option<&'static str> {
    Some(match data_type {
        DataType::Null => "NULL",
        DataType::Boolean => "BOOLEAN",
        DataType::Int8 => "TINYINT",
        DataType::Int16 => "SMALLINT",
        DataType::Int32 => "INTEGER",
        DataType::Int64 => "BIGINT",
        DataType::UInt8 => "TINYINT UNSIGNED",
        DataType::UInt16 => "SMALLINT UNSIGNED",
        DataType::UInt32 => "INTEGER UNSIGNED",
        DataType::UInt64 => "BIGINT UNSIGNED",
        DataType::Float16 | DataType::Float32 => "REAL",
        DataType::Float64 => "DOUBLE",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => "BYTEA",
        DataType::Date32 | DataType::Date64 => "DATE",
        DataType::Time32(_) | DataType::Time64(_) => "TIME",
        DataType::Timestamp(_, None) => "TIMESTAMP",
        DataType::Timestamp(_, Some(_)) => "TIMESTAMPTZ",
        DataType::Interval(_) | DataType::Duration(_) => "INTERVAL",
        _ => return None,
    })
}

/// Inverse of `name`.
pub fn from_name(name: &str) -> Option<DataType> {
    if let Some(parameters) = name.strip_prefix("DECIMAL(").and_then(|rest| rest.strip_suffix(')')) {
        let (precision, scale) = parameters.split_once(',')?;
        return Some(DataType::Decimal128(precision.parse().ok()?, scale.parse().ok()?));
    }
    let all = [
        DataType::Null, DataType::Boolean, DataType::Int8, DataType::Int16, DataType::Int32, DataType::Int64, DataType::UInt8,
        DataType::UInt16, DataType::UInt32, DataType::UInt64, DataType::Float32, DataType::Float64, DataType::Utf8, DataType::Binary,
        DataType::Date32, TIME, TIMESTAMP, timestamptz(), INTERVAL,
    ];
    all.into_iter().find(|data_type| simple_name(data_type) == Some(name))
}

/// The one Arrow type that stands for a type of the language.
pub fn canonical(data_type: &DataType) -> Option<DataType> {
    from_name(&name(data_type)?)
}

#[derive(Debug)]
pub struct Types;

impl TypePlanner for Types {
    fn plan_type_field(&self, sql: &SqlType) -> datafusion_common::Result<Option<FieldRef>> {
        Ok(Some(from_sql(sql)?.into_nullable_field_ref()))
    }
}
