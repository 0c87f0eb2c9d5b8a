//! `last_day(date)`: the last day of its month, which DataFusion lacks.

use std::sync::Arc;

use arrow::array::{AsArray, Date32Array};
use arrow::datatypes::{DataType, Date32Type};
use chrono::{Datelike, Days, Months, NaiveDate};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

pub fn last_day() -> ScalarUDF {
    create_udf("last_day", vec![DataType::Date32], DataType::Date32, Volatility::Immutable, Arc::new(evaluate))
}

fn evaluate(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    if let [ColumnarValue::Scalar(ScalarValue::Date32(day))] = arguments {
        return Ok(ColumnarValue::Scalar(ScalarValue::Date32(day.and_then(last_of_month))));
    }
    let days = ColumnarValue::values_to_arrays(arguments)?;
    let last: Date32Array = days[0].as_primitive::<Date32Type>().iter().map(|day| day.and_then(last_of_month)).collect();
    Ok(ColumnarValue::Array(Arc::new(last)))
}

/// None: beyond the years that there are.
fn last_of_month(day: i32) -> Option<i32> {
    let epoch = NaiveDate::default();
    let date = epoch.checked_add_signed(chrono::TimeDelta::days(day.into()))?;
    let next = date.with_day(1)?.checked_add_months(Months::new(1))?;
    Some((next.checked_sub_days(Days::new(1))? - epoch).num_days() as i32)
}
