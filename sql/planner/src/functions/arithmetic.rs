//! Arithmetic on dates, times and intervals as PostgreSQL has it: DataFusion gives DATE + INTERVAL a DATE and date
//! differences a duration. `plan_binary_op` sees the operands' types and replaces such operations by functions that carry
//! the right result type; the serialiser prints them as the operators they are.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, IntervalMonthDayNanoArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Int64Type, IntervalMonthDayNano, TimestampMicrosecondType,
};
use datafusion_common::{DFSchema, Result, ScalarValue, not_impl_err};
use datafusion_expr::expr::{Cast, ScalarFunction};
use datafusion_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion_expr::{
    BinaryExpr, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use sqlparser::ast::BinaryOperator;

use crate::functions::located::type_of;
use crate::types::{INTERVAL, TIME, TIMESTAMP};

/// An operator of `sql/plan` with its result type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Arithmetic {
    pub operator: &'static str,
    pub result: DataType,
    signature: Signature,
}

/// The operator if the call is one of ours.
pub fn operator(call: &ScalarFunction) -> Option<&'static str> {
    let inner = call.func.inner().as_ref() as &dyn std::any::Any;
    inner.downcast_ref::<Arithmetic>().map(|arithmetic| arithmetic.operator)
}

fn call(operator: &'static str, result: DataType, args: Vec<Expr>) -> Expr {
    let signature = Signature::variadic_any(Volatility::Immutable);
    let func = Arc::new(ScalarUDF::new_from_impl(Arithmetic { operator, result, signature }));
    Expr::ScalarFunction(ScalarFunction::new_udf(func, args))
}

/// `~ x`: sqlparser reads it, DataFusion has no such operator.
pub fn bit_not() -> ScalarUDF {
    ScalarUDF::new_from_impl(BitNot { signature: Signature::any(1, Volatility::Immutable) })
}

pub const BIT_NOT: &str = "\u{1}bit_not";

#[derive(Debug, PartialEq, Eq, Hash)]
struct BitNot {
    signature: Signature,
}

impl ScalarUDFImpl for BitNot {
    fn name(&self) -> &str {
        BIT_NOT
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        if args[0].is_integer() || args[0].is_null() {
            return Ok(args[0].clone());
        }
        let found = crate::types::name(&args[0]).unwrap_or_else(|| args[0].to_string());
        let message = format!("operator ~ needs an integer, not {found}");
        Err(crate::diagnostic::Diagnostic::new(crate::diagnostic::TYPE_MISMATCH, message).into())
    }
    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(args.number_rows)?;
        let wide = cast(&array, &DataType::Int64)?;
        let flipped: Int64Array = wide.as_primitive::<Int64Type>().unary(|value| !value);
        Ok(ColumnarValue::Array(cast(&flipped, args.return_type())?))
    }
}

impl ScalarUDFImpl for Arithmetic {
    fn name(&self) -> &str {
        self.operator
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.result.clone())
    }
    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let left = args.args[0].to_array(args.number_rows)?;
        let right = args.args[1].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(evaluate(self, &left, &right)?))
    }
}

/// Only for the evaluator, which tests use as an oracle: what it cannot do it says.
fn evaluate(arithmetic: &Arithmetic, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
    let subtract = arithmetic.operator == "subtract";
    match (left.data_type(), right.data_type()) {
        (DataType::Date32, DataType::Date32) => {
            let (left, right) = (cast(left, &DataType::Int32)?, cast(right, &DataType::Int32)?);
            Ok(arrow::compute::kernels::numeric::sub(&left, &right)?)
        }
        (DataType::Date32, other) if other.is_integer() => {
            let (left, right) = (left.as_primitive::<Date32Type>(), cast(right, &DataType::Int64)?);
            let shifted = arrow::compute::kernels::arity::binary::<_, _, _, Date32Type>(left, right.as_primitive::<Int64Type>(), |day, by| {
                (i64::from(day) + if subtract { -by } else { by }) as i32
            })?;
            Ok(Arc::new(shifted))
        }
        (DataType::Timestamp(..), DataType::Timestamp(..)) => {
            let (left, right) = (cast(left, &TIMESTAMP)?, cast(right, &TIMESTAMP)?);
            let (left, right) = (left.as_primitive::<TimestampMicrosecondType>(), right.as_primitive::<TimestampMicrosecondType>());
            let difference: IntervalMonthDayNanoArray = left
                .iter()
                .zip(right.iter())
                .map(|(left, right)| Some(IntervalMonthDayNano::new(0, 0, (left? - right?) * 1000)))
                .collect();
            Ok(Arc::new(difference))
        }
        (left, right) => not_impl_err!("{} of {left} and {right} in the evaluator", arithmetic.operator),
    }
}

#[derive(Debug)]
pub struct DateArithmetic;

impl ExprPlanner for DateArithmetic {
    fn plan_binary_op(&self, mut raw: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        crate::deadline::check()?;
        if raw.op == BinaryOperator::StringConcat {
            // DataFusion's planner makes it concat(), for which NULL is nothing
            let concat = BinaryExpr::new(Box::new(raw.left), Operator::StringConcat, Box::new(raw.right));
            return Ok(PlannerResult::Planned(Expr::BinaryExpr(concat)));
        }
        narrow_literal(&mut raw, schema)?;
        let operator = match raw.op {
            BinaryOperator::Plus => "add",
            BinaryOperator::Minus => "subtract",
            BinaryOperator::Multiply => "multiply",
            BinaryOperator::Divide => "divide",
            _ => return Ok(PlannerResult::Original(raw)),
        };
        let (left, right) = (type_of(&raw.left, schema)?, type_of(&raw.right, schema)?);
        let RawBinaryExpr { op, left: a, right: b } = raw;
        Ok(PlannerResult::Planned(match (operator, kind(&left), kind(&right)) {
            ("add", Kind::Date, Kind::Interval) => return Ok(with_timestamp(op, a, b)),
            ("subtract", Kind::Date, Kind::Interval) => return Ok(with_timestamp(op, a, b)),
            ("add", Kind::Interval, Kind::Date) => return Ok(with_timestamp(op, b, a)),
            ("add" | "subtract", Kind::Date, Kind::Integer) => call(operator, DataType::Date32, vec![a, b]),
            ("add", Kind::Integer, Kind::Date) => call(operator, DataType::Date32, vec![b, a]),
            ("subtract", Kind::Date, Kind::Date) => call(operator, DataType::Int32, vec![a, b]),
            ("subtract", Kind::Timestamp, Kind::Timestamp) if left == right => call(operator, INTERVAL, vec![a, b]),
            ("subtract", Kind::Timestamp | Kind::Date, Kind::Timestamp | Kind::Date) => {
                let to = if left == crate::types::timestamptz() || right == crate::types::timestamptz() { crate::types::timestamptz() } else { TIMESTAMP };
                let widen = |side: Expr| Expr::Cast(Cast::new(Box::new(side), to.clone()));
                call(operator, INTERVAL, vec![widen(a), widen(b)])
            }
            ("add" | "subtract", Kind::Time, Kind::Interval) => call(operator, TIME, vec![a, b]),
            ("add", Kind::Interval, Kind::Time) => call(operator, TIME, vec![b, a]),
            ("subtract", Kind::Time, Kind::Time) => call(operator, INTERVAL, vec![a, b]),
            ("multiply" | "divide", Kind::Interval, Kind::Integer | Kind::Number) => call(operator, INTERVAL, vec![a, double(b)]),
            ("multiply", Kind::Integer | Kind::Number, Kind::Interval) => call(operator, INTERVAL, vec![b, double(a)]),
            _ => return Ok(PlannerResult::Original(RawBinaryExpr { op, left: a, right: b })),
        }))
    }
}

/// An integer literal beside a DECIMAL becomes a DECIMAL of its own digits: as a BIGINT it would count as 20 digits and
/// widen every result.
fn narrow_literal(raw: &mut RawBinaryExpr, schema: &DFSchema) -> Result<()> {
    let digits = |expression: &Expr| match expression {
        Expr::Literal(ScalarValue::Int64(Some(value)), _) => Some(i128::from(*value)),
        _ => None,
    };
    let (left, right) = (digits(&raw.left), digits(&raw.right));
    let (literal, value, other) = match (left, right) {
        (Some(value), None) => (&mut raw.left, value, &raw.right),
        (None, Some(value)) => (&mut raw.right, value, &raw.left),
        _ => return Ok(()),
    };
    if let DataType::Decimal128(..) = type_of(other, schema)? {
        let precision = value.unsigned_abs().to_string().len() as u8;
        *literal = Expr::Literal(ScalarValue::Decimal128(Some(value), precision, 0), None);
    }
    Ok(())
}

fn with_timestamp(op: BinaryOperator, date: Expr, interval: Expr) -> PlannerResult<RawBinaryExpr> {
    let left = Expr::Cast(Cast::new(Box::new(date), TIMESTAMP));
    PlannerResult::Original(RawBinaryExpr { op, left, right: interval })
}

fn double(factor: Expr) -> Expr {
    Expr::Cast(Cast::new(Box::new(factor), DataType::Float64))
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Date,
    Time,
    Timestamp,
    Interval,
    Integer,
    Number,
    Other,
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::Time32(_) | DataType::Time64(_) => Kind::Time,
        DataType::Timestamp(..) => Kind::Timestamp,
        DataType::Interval(_) | DataType::Duration(_) => Kind::Interval,
        other if other.is_integer() => Kind::Integer,
        other if other.is_numeric() => Kind::Number,
        _ => Kind::Other,
    }
}
