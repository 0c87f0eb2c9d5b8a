//! How expressions keep their place in the text. DataFusion's expressions carry spans for columns only, and rules
//! compare expressions by value (`SELECT a + 1 .. GROUP BY a + 1`). So before planning each expression worth a place is
//! wrapped as `"\u{1}at 3:8-3:13"(expression)`: a function of the same type whose equality and hash ignore the place, and
//! which the serialiser takes off again.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::{Result, internal_err};
use datafusion_expr::{ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

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

/// Places whose type the planner has found, in order: a type error without a place is at the first wrapper that is
/// missing here while all wrappers inside it are present.
#[derive(Debug, Default)]
pub struct Typed(Mutex<Vec<Span>>);

impl Typed {
    fn record(&self, span: Span) {
        if let Ok(mut spans) = self.0.lock()
            && spans.last() != Some(&span)
        {
            spans.push(span);
        }
    }

    pub fn contains(&self, span: Span) -> bool {
        self.0.lock().is_ok_and(|spans| spans.contains(&span))
    }
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
    let located = (call.func.inner().as_ref() as &dyn std::any::Any).downcast_ref::<Located>()?;
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
        Ok(args[0].to_string())
    }
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(args[0].schema_name().to_string())
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("return_field_from_args is called instead")
    }
    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.typed.record(self.span);
        Ok(Arc::clone(&args.arg_fields[0]))
    }
    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(args.args.swap_remove(0))
    }
}
