//! `GROUP BY TUMBLE(ts, size [, offset])`: the window's start as a scalar, and `window_end`.

use arrow::datatypes::{DataType, FieldRef, Field};
use std::sync::Arc;

use datafusion_common::{Result, not_impl_err};
use datafusion_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use crate::diagnostic::{Diagnostic, TYPE_MISMATCH, WRONG_ARGUMENTS};

pub const TUMBLE: &str = "tumble";
pub const WINDOW_END: &str = "window_end";

/// `tumble(time, size [, offset])` and `window_end(window_start, size, offset)`, both of the time's type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct WindowFunction {
    name: &'static str,
    signature: Signature,
}

impl WindowFunction {
    pub fn new(name: &'static str) -> ScalarUDF {
        ScalarUDF::new_from_impl(WindowFunction { name, signature: Signature::variadic_any(Volatility::Immutable) })
    }
}

/// Checks the operands' types of either form of TUMBLE.
pub fn check_types(types: &[DataType]) -> std::result::Result<(), Diagnostic> {
    if !(2..=3).contains(&types.len()) {
        let message = format!("TUMBLE takes a time, a size and an optional offset, not {} arguments", types.len());
        return Err(Diagnostic::new(WRONG_ARGUMENTS, message).hint("TUMBLE(ts, INTERVAL '10' SECOND)"));
    }
    let shown = |data_type: &DataType| crate::types::name(data_type).unwrap_or_else(|| data_type.to_string());
    if !matches!(types[0], DataType::Timestamp(..)) {
        return Err(Diagnostic::new(TYPE_MISMATCH, format!("TUMBLE needs a TIMESTAMP, not {}", shown(&types[0]))));
    }
    match types[1..].iter().find(|data_type| !matches!(data_type, DataType::Interval(_))) {
        Some(other) => {
            let mismatch = Diagnostic::new(TYPE_MISMATCH, format!("a window's size and offset are intervals, not {}", shown(other)));
            Err(mismatch.hint("write INTERVAL '10' SECOND"))
        }
        None => Ok(()),
    }
}

impl ScalarUDFImpl for WindowFunction {
    fn name(&self) -> &str {
        self.name
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        check_types(types)?;
        Ok(types[0].clone())
    }
    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        let nullable = args.arg_fields.first().is_some_and(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name, self.return_type(&types)?, nullable)))
    }
    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        not_impl_err!("{} in the evaluator", self.name)
    }
}
