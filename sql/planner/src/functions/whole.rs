//! CEIL and FLOOR of decimals, as DECIMAL(p - s + 1, 0), which every result fits: DataFusion gives them the type of the argument, which
//! has no room for `ceil(9.5)`.

use std::sync::Arc;

use arrow::array::{AsArray, Decimal128Array};
use arrow::datatypes::{DataType, Decimal128Type};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature};

const CEIL: &str = "ceil";
const FLOOR: &str = "floor";

/// The function itself unless it is one of the two.
pub fn with_room(function: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
    match function.name() {
        CEIL | FLOOR => Arc::new(ScalarUDF::new_from_impl(Whole { inner: function })),
        _ => function,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Whole {
    inner: Arc<ScalarUDF>,
}

impl Whole {
    /// The unit is positive.
    fn of(&self, value: i128, unit: i128) -> i128 {
        if self.inner.name() == CEIL { -(-value).div_euclid(unit) } else { value.div_euclid(unit) }
    }
}

impl ScalarUDFImpl for Whole {
    fn name(&self) -> &str {
        self.inner.name()
    }
    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }
    fn signature(&self) -> &Signature {
        self.inner.signature()
    }
    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types[0] {
            DataType::Decimal128(precision, scale @ 1..) => Ok(DataType::Decimal128(precision - scale as u8 + 1, 0)),
            _ => self.inner.return_type(types),
        }
    }
    fn is_strict(&self) -> bool {
        self.inner.is_strict()
    }
    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let DataType::Decimal128(_, scale @ 1..) = args.args[0].data_type() else { return self.inner.invoke_with_args(args) };
        let values = args.args[0].to_array(args.number_rows)?;
        let unit = 10i128.pow(scale as u32);
        let whole: Decimal128Array = values.as_primitive::<Decimal128Type>().unary(|value| self.of(value, unit));
        Ok(ColumnarValue::Array(Arc::new(whole.with_data_type(args.return_type().clone()))))
    }
}
