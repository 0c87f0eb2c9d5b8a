//! `ts AT TIME ZONE 'UTC'`: a TIMESTAMP as the instant that it is in UTC, a TIMESTAMPTZ as its time in UTC. Both are microseconds
//! since 1970 in UTC, so the serialiser prints a cast.

use arrow::datatypes::DataType;
use datafusion_common::{Result, not_impl_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use sqlparser::ast::Expr;

use crate::diagnostic::{Diagnostic, TYPE_MISMATCH};
use crate::types::{TIMESTAMP, timestamptz};

pub const AT_UTC: &str = "\u{1}at_utc";

/// Does the expression name the zone that we have?
pub fn is_utc(zone: &Expr) -> bool {
    let Expr::Value(value) = zone else { return false };
    let text = value.value.clone().into_string().unwrap_or_default();
    ["utc", "gmt", "z", "etc/utc", "zulu"].contains(&text.to_lowercase().as_str())
}

pub fn at_utc() -> ScalarUDF {
    ScalarUDF::new_from_impl(AtUtc { signature: Signature::any(1, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AtUtc {
    signature: Signature,
}

impl ScalarUDFImpl for AtUtc {
    fn name(&self) -> &str {
        AT_UTC
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        match &args[0] {
            DataType::Timestamp(_, None) => Ok(timestamptz()),
            DataType::Timestamp(_, Some(_)) => Ok(TIMESTAMP),
            other => {
                let found = crate::types::name(other).unwrap_or_else(|| other.to_string());
                let mismatch = Diagnostic::new(TYPE_MISMATCH, format!("AT TIME ZONE needs a TIMESTAMP or a TIMESTAMPTZ, not {found}"));
                Err(mismatch.hint("CAST it to one of them").into())
            }
        }
    }
    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        not_impl_err!("AT TIME ZONE in the evaluator")
    }
}
