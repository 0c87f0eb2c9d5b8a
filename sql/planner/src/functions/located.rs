//! How expressions keep their place in the text. DataFusion's expressions carry spans for columns only, and rules
//! compare expressions by value (`SELECT a + 1 .. GROUP BY a + 1`). So before planning each expression worth a place is
//! wrapped as `"\u{1}at 3:8-3:13"(expression)`: a function of the same type whose equality and hash ignore the place, and
//! which the serialiser takes off again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::{DFSchema, DataFusionError, Diagnostic, Result, internal_err};
use datafusion_expr::type_coercion::binary::BinaryTypeCoercer;
use datafusion_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, FunctionArguments};

use crate::span::Span;

const PREFIX: &str = "\u{1}at ";

/// What a wrapper says about the expression inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// the place is that of the wrapped expression
    Expression,
    /// the place is that of the aggregate call whose first argument is wrapped
    Aggregate,
}

/// The name under which the planner finds the wrapper for a place.
pub fn function_name(span: Span, role: Role) -> String {
    let mark = match role {
        Role::Expression => 'e',
        Role::Aggregate => 'a',
    };
    format!("{PREFIX}{mark} {} {} {} {}", span.start.0, span.start.1, span.end.0, span.end.1)
}

/// In a syntax tree, what a wrapper holds.
pub fn wrapped(expression: &ast::Expr) -> Option<&ast::Expr> {
    let ast::Expr::Function(function) = expression else { return None };
    let name = function.name.0.first().and_then(|part| part.as_ident())?;
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(inner))] if name.value.starts_with(PREFIX) => Some(inner),
        _ => None,
    }
}

/// Places whose type the planner has found: a type error without a place is at the first wrapper that is missing here
/// while all wrappers inside it are present.
#[derive(Debug, Default)]
pub struct Typed(Mutex<HashMap<Span, DataType>>);

impl Typed {
    fn record(&self, span: Span, data_type: &DataType) {
        if let Ok(mut types) = self.0.lock() {
            types.entry(span).or_insert_with(|| data_type.clone());
        }
    }

    pub fn contains(&self, span: Span) -> bool {
        self.0.lock().is_ok_and(|types| types.contains_key(&span))
    }

    fn get(&self, span: Span) -> Option<DataType> {
        self.0.lock().ok()?.get(&span).cloned()
    }
}

/// An expression's type; for a wrapped one found once only, so that long rows of operators stay linear.
pub fn type_of(expression: &Expr, schema: &DFSchema) -> Result<DataType> {
    if let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expression {
        let (left, right) = (type_of(left, schema)?, type_of(right, schema)?);
        return BinaryTypeCoercer::new(&left, op, &right).get_result_type();
    }
    let Some(located) = located_of(expression) else { return expression.get_type(schema) };
    if let Some(known) = located.typed.get(located.span) {
        return Ok(known);
    }
    let Expr::ScalarFunction(call) = expression else { return expression.get_type(schema) };
    let found = type_of(&call.args[0], schema).map_err(|error| with_place(error, located.span))?;
    located.typed.record(located.span, &found);
    Ok(found)
}

/// The innermost place wins.
fn with_place(error: DataFusionError, span: Span) -> DataFusionError {
    if error.diagnostic().is_some_and(|diagnostic| diagnostic.span.is_some()) {
        return error;
    }
    let message = error.strip_backtrace();
    error.with_diagnostic(Diagnostic::new_error(message, Some(span.for_planner())))
}

fn located_of(expression: &Expr) -> Option<&Located> {
    let Expr::ScalarFunction(call) = expression else { return None };
    (call.func.inner().as_ref() as &dyn std::any::Any).downcast_ref::<Located>()
}

/// Inverse of `function_name`; None for any other function.
pub fn from_name(name: &str, typed: &Arc<Typed>) -> Option<Arc<ScalarUDF>> {
    let (mark, places) = name.strip_prefix(PREFIX)?.split_once(' ')?;
    let numbers: Vec<u32> = places.split(' ').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let [start_line, start_column, end_line, end_column] = numbers[..] else { return None };
    let span = Span { start: (start_line, start_column), end: (end_line, end_column) };
    let role = if mark == "a" { Role::Aggregate } else { Role::Expression };
    let signature = Signature::any(1, Volatility::Immutable);
    Some(Arc::new(ScalarUDF::new_from_impl(Located { name: name.to_string(), span, role, typed: Arc::clone(typed), signature })))
}

/// The place and the inside of a wrapper.
pub fn unwrap(expression: &Expr) -> Option<(Span, Role, &Expr)> {
    let Expr::ScalarFunction(call) = expression else { return None };
    let located = located_of(expression)?;
    Some((located.span, located.role, call.args.first()?))
}

/// The expression without wrappers and aliases.
pub fn bare(mut expression: &Expr) -> &Expr {
    loop {
        match expression {
            Expr::Alias(alias) => expression = &alias.expr,
            other => match unwrap(other) {
                Some((_, _, inner)) => expression = inner,
                None => return other,
            },
        }
    }
}

#[derive(Debug)]
struct Located {
    name: String,
    span: Span,
    role: Role,
    typed: Arc<Typed>,
    signature: Signature,
}

impl PartialEq for Located {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Located {}

impl Hash for Located {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl ScalarUDFImpl for Located {
    fn name(&self) -> &str {
        &self.name
    }
    fn display_name(&self, args: &[Expr]) -> Result<String> {
        crate::deadline::enforce();
        Ok(args[0].to_string())
    }
    /// The planner spells out the name of every expression at every level, which makes long ones quadratic. A digest is
    /// as good: equal expressions have equal names, different ones do not meet within 128 bits.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        crate::deadline::enforce();
        let digest = |seed: u8| {
            let mut hasher = DefaultHasher::new();
            seed.hash(&mut hasher);
            args[0].hash(&mut hasher);
            hasher.finish()
        };
        Ok(format!("\u{1}{:016x}{:016x}", digest(1), digest(2)))
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("return_field_from_args is called instead")
    }
    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        crate::deadline::check()?;
        self.typed.record(self.span, args.arg_fields[0].data_type());
        Ok(Arc::clone(&args.arg_fields[0]))
    }
    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(args.args.swap_remove(0))
    }
}
