//! Expressions: columns by ordinal, types by canonical name, places from the wrappers of `functions/located.rs`.

use std::cell::RefCell;

use arrow::datatypes::DataType;
use datafusion_common::{DFSchema, ScalarValue};
use datafusion_expr::expr::{AggregateFunction, Between, BinaryExpr, Case, Cast, InList, Like, ScalarFunction, Sort};
use datafusion_expr::{Expr, ExprSchemable, Operator};
use serde_json::{Value, json};
use datafusion_expr::expr::NullTreatment;

use super::literal;
use crate::diagnostic::{Diagnostic, INTERNAL, Result, UNSUPPORTED_FEATURE};
use crate::functions::arithmetic::{self, BIT_NOT};
use crate::functions::located::{self, Role};
use crate::functions::windows::{TUMBLE, WINDOW_END};
use crate::span::Span;
use crate::types;

/// Serialises expressions over one input schema; collects the smallest span that covers them.
pub struct Expressions<'a> {
    schema: &'a DFSchema,
    cover: RefCell<Option<Span>>,
    /// place of COUNT(*), which has no argument to carry it
    count_star: Option<Span>,
}

const SLICE_AGGREGATES: [&str; 13] = [
    "count", "sum", "avg", "min", "max", "bool_and", "bool_or", "stddev", "stddev_pop", "var", "var_pop", "first_value", "last_value",
];

impl<'a> Expressions<'a> {
    pub fn new(schema: &'a DFSchema, count_star: Option<Span>) -> Expressions<'a> {
        Expressions { schema, cover: RefCell::new(None), count_star }
    }

    /// Covers all expressions serialised so far.
    pub fn cover(&self) -> Option<Span> {
        *self.cover.borrow()
    }

    fn covered(&self, span: Option<Span>) -> Option<Span> {
        if let Some(span) = span {
            let mut cover = self.cover.borrow_mut();
            *cover = Some(cover.map_or(span, |cover| cover.to(span)));
        }
        span
    }

    pub fn all<'e>(&self, expressions: impl IntoIterator<Item = &'e Expr>) -> Result<Value> {
        let list = expressions.into_iter().map(|expression| self.one(expression)).collect::<Result<Vec<Value>>>()?;
        Ok(Value::Array(list))
    }

    pub fn one(&self, expression: &Expr) -> Result<Value> {
        self.at(expression, None)
    }

    fn at(&self, expression: &Expr, span: Option<Span>) -> Result<Value> {
        match expression {
            Expr::Alias(alias) => return self.at(&alias.expr, span),
            Expr::Column(column) if span.is_none() => {
                let place = column.spans.first().as_ref().and_then(Span::of_planner);
                return self.node(expression, place);
            }
            _ => {}
        }
        match located::unwrap(expression) {
            Some((place, Role::Expression, inner)) => self.at(inner, span.or(Some(place))),
            Some((_, Role::Aggregate, inner)) => self.at(inner, span),
            None => self.node(expression, span),
        }
    }

    /// The type's canonical name and whether it can be NULL.
    fn typed(&self, expression: &Expr, span: Option<Span>) -> Result<(DataType, String, bool)> {
        let internal = |error: datafusion_common::DataFusionError| Diagnostic::new(INTERNAL, error.strip_backtrace()).at(span);
        let (_, field) = expression.to_field(self.schema).map_err(internal)?;
        let data_type = field.data_type().clone();
        match types::name(&data_type) {
            Some(name) => Ok((data_type, name, field.is_nullable())),
            None => {
                let message = format!("a value of type {data_type} is not supported");
                Err(Diagnostic::new(UNSUPPORTED_FEATURE, message).at(span).hint("only scalar types are supported"))
            }
        }
    }

    fn node(&self, expression: &Expr, span: Option<Span>) -> Result<Value> {
        let span = self.covered(span);
        let (data_type, type_name, nullable) = self.typed(expression, span)?;
        let mut node = match expression {
            // a cast that changes only what the language does not tell apart (units of time, views)
            Expr::Cast(Cast { expr, .. }) | Expr::TryCast(datafusion_expr::TryCast { expr, .. }) => {
                let safe = matches!(expression, Expr::TryCast(_));
                match self.cast(expr, (&data_type, &type_name), (span, safe))? {
                    Folded::Same(inner) => return Ok(inner),
                    Folded::Node(node) => node,
                }
            }
            other => self.shape(other, span)?,
        };
        // BETWEEN and CASE build whole nodes; types are set once here
        node["type"] = json!(type_name);
        node["nullable"] = json!(nullable);
        if let Some(span) = span {
            node["span"] = span.json();
        }
        Ok(node)
    }

    fn shape(&self, expression: &Expr, span: Option<Span>) -> Result<Value> {
        Ok(match expression {
            Expr::Column(column) => match self.schema.maybe_index_of_column(column) {
                Some(index) => json!({"kind": "column", "index": index}),
                None => return Err(Diagnostic::new(INTERNAL, format!("column {column} is not in the input")).at(span)),
            },
            Expr::Literal(scalar, _) => json!({"kind": "literal", "value": literal::value(scalar).map_err(|error| error.or_at(span))?}),
            Expr::BinaryExpr(binary) => self.binary(binary, span)?,
            Expr::Not(operand) => self.unary("not", operand)?,
            Expr::Negative(operand) => self.unary("negate", operand)?,
            Expr::IsNull(operand) => self.unary("is_null", operand)?,
            Expr::IsNotNull(operand) => self.unary("is_not_null", operand)?,
            Expr::IsTrue(operand) => self.unary("is_true", operand)?,
            Expr::IsNotTrue(operand) => self.unary("is_not_true", operand)?,
            Expr::IsFalse(operand) => self.unary("is_false", operand)?,
            Expr::IsNotFalse(operand) => self.unary("is_not_false", operand)?,
            Expr::IsUnknown(operand) => self.unary("is_unknown", operand)?,
            Expr::IsNotUnknown(operand) => self.unary("is_not_unknown", operand)?,
            Expr::Between(between) => self.between(between, span)?,
            Expr::Like(like) => self.like(like, "like", span)?,
            Expr::SimilarTo(like) => self.like(like, "similar", span)?,
            Expr::InList(InList { expr, list, negated }) => {
                json!({"kind": "in_list", "operand": self.one(expr)?, "list": self.all(list)?, "negated": negated})
            }
            Expr::Case(case) => self.case(case)?,
            Expr::ScalarFunction(call) => self.call(call, span)?,
            other => {
                let message = format!("{} is not supported", other.variant_name());
                return Err(Diagnostic::new(UNSUPPORTED_FEATURE, message).at(span));
            }
        })
    }

    fn unary(&self, operator: &str, operand: &Expr) -> Result<Value> {
        Ok(json!({"kind": "unary", "operator": operator, "operand": self.one(operand)?}))
    }

    fn binary(&self, binary: &BinaryExpr, span: Option<Span>) -> Result<Value> {
        let operator = match binary.op {
            // ~~ and friends are LIKE by another name
            Operator::LikeMatch | Operator::NotLikeMatch | Operator::ILikeMatch | Operator::NotILikeMatch => {
                let negated = matches!(binary.op, Operator::NotLikeMatch | Operator::NotILikeMatch);
                let insensitive = matches!(binary.op, Operator::ILikeMatch | Operator::NotILikeMatch);
                let (operand, pattern) = (self.one(&binary.left)?, self.one(&binary.right)?);
                return Ok(json!({"kind": "like", "operand": operand, "pattern": pattern, "form": "like", "escape": "\\",
                    "negated": negated, "caseInsensitive": insensitive}));
            }
            other => operator_name(other).ok_or_else(|| {
                Diagnostic::new(UNSUPPORTED_FEATURE, format!("operator {other} is not supported")).at(span)
            })?,
        };
        Ok(json!({"kind": "binary", "operator": operator, "left": self.one(&binary.left)?, "right": self.one(&binary.right)?}))
    }

    fn typed_boolean(&self, mut node: Value, parts: &[&Value], span: Option<Span>) -> Value {
        node["type"] = json!("BOOLEAN");
        node["nullable"] = json!(parts.iter().any(|part| part["nullable"] == json!(true)));
        if let Some(span) = span {
            node["span"] = span.json();
        }
        node
    }

    /// `x BETWEEN a AND b` is `x >= a AND x <= b`.
    fn between(&self, between: &Between, span: Option<Span>) -> Result<Value> {
        let (operand, low, high) = (self.one(&between.expr)?, self.one(&between.low)?, self.one(&between.high)?);
        let (above, below, both) = if between.negated { ("less", "greater", "or") } else { ("greater_or_equal", "less_or_equal", "and") };
        let compare = |operator: &str, bound: &Value| {
            let node = json!({"kind": "binary", "operator": operator, "left": operand, "right": bound});
            self.typed_boolean(node, &[&operand, bound], span)
        };
        Ok(json!({"kind": "binary", "operator": both, "left": compare(above, &low), "right": compare(below, &high)}))
    }

    fn like(&self, like: &Like, form: &str, span: Option<Span>) -> Result<Value> {
        // without ESCAPE both PostgreSQL and the standard's SIMILAR TO take the backslash
        let escape = like.escape_char.map_or("\\".to_string(), |escape| escape.to_string());
        let (operand, pattern) = (self.one(&like.expr)?, self.one(&like.pattern)?);
        for side in [&operand, &pattern] {
            if side["type"] != json!("VARCHAR") && side["type"] != json!("NULL") {
                let message = format!("LIKE needs VARCHAR, not {}", side["type"].as_str().unwrap_or_default());
                return Err(Diagnostic::new(crate::diagnostic::TYPE_MISMATCH, message).at(span).hint("CAST it to VARCHAR"));
            }
        }
        Ok(json!({"kind": "like", "operand": operand, "pattern": pattern, "form": form, "escape": escape,
            "negated": like.negated, "caseInsensitive": like.case_insensitive}))
    }

    /// `CASE x WHEN v` becomes `CASE WHEN x = v`.
    fn case(&self, case: &Case) -> Result<Value> {
        let operand = case.expr.as_ref().map(|operand| self.one(operand)).transpose()?;
        let mut branches = vec![];
        for (when, then) in &case.when_then_expr {
            let mut when = self.one(when)?;
            if let Some(operand) = &operand {
                let equal = json!({"kind": "binary", "operator": "equal", "left": operand, "right": when});
                when = self.typed_boolean(equal, &[operand, &when], None);
            }
            branches.push(json!({"when": when, "then": self.one(then)?}));
        }
        let otherwise = case.else_expr.as_ref().map(|otherwise| self.one(otherwise)).transpose()?;
        Ok(json!({"kind": "case", "branches": branches, "otherwise": otherwise}))
    }

    fn cast(&self, operand: &Expr, target: (&DataType, &str), mode: (Option<Span>, bool)) -> Result<Folded> {
        let ((data_type, type_name), (span, safe)) = (target, mode);
        if let Expr::Literal(ScalarValue::Utf8(Some(text)), _) = located::bare(operand)
            && let Some(value) = literal::parse_text(text, data_type)
        {
            return Ok(Folded::Node(json!({"kind": "literal", "value": value})));
        }
        let inner = self.at(operand, None)?;
        if inner["type"] == json!(type_name) {
            let mut inner = inner;
            if let (Some(span), true) = (span, inner.get("span").is_none()) {
                inner["span"] = span.json();
            }
            return Ok(Folded::Same(inner));
        }
        Ok(Folded::Node(json!({"kind": "cast", "operand": inner, "safe": safe})))
    }

    fn call(&self, call: &ScalarFunction, span: Option<Span>) -> Result<Value> {
        if let Some(operator) = arithmetic::operator(call) {
            let (left, right) = (self.one(&call.args[0])?, self.one(&call.args[1])?);
            return Ok(json!({"kind": "binary", "operator": operator, "left": left, "right": right}));
        }
        match call.func.name() {
            BIT_NOT => return self.unary("bit_not", &call.args[0]),
            TUMBLE => {
                window_bounds(&call.args[1..], span)?;
            }
            WINDOW_END => {
                window_bounds(&call.args[1..], span)?;
            }
            _ => {}
        }
        let mut arguments = self.all(&call.args)?;
        if matches!(call.func.name(), "date_part" | "date_trunc")
            && let Some(field) = arguments[0]["value"].as_str().map(str::to_lowercase)
        {
            arguments[0]["value"] = json!(field);
        }
        Ok(json!({"kind": "call", "name": call.func.name(), "arguments": arguments}))
    }

    pub fn aggregate(&self, expression: &Expr) -> Result<Value> {
        let Expr::AggregateFunction(AggregateFunction { func, params }) = located::bare(expression) else {
            return Err(Diagnostic::new(INTERNAL, format!("{} is no aggregate", expression.variant_name())));
        };
        let inside = params.args.first().and_then(aggregate_place);
        let name = func.name().to_string();
        let star = name == "count" && matches!(params.args.as_slice(), [Expr::Literal(value, _)] if !value.is_null());
        let span = self.covered(if star { self.count_star } else { inside });
        if !SLICE_AGGREGATES.contains(&name.as_str()) {
            let hint = format!("the aggregates are {}", SLICE_AGGREGATES.join(", "));
            return Err(Diagnostic::new(UNSUPPORTED_FEATURE, format!("aggregate {name} is not supported")).at(span).hint(hint));
        }
        let (_, type_name, nullable) = self.typed(located::bare(expression), span)?;
        let arguments = match params.args.as_slice() {
            _ if star => json!([]),
            // the planner averages integers as doubles; the sum is to be exact
            [Expr::Cast(Cast { expr, .. })] if name == "avg" && self.is_integer(expr) => self.all([&**expr])?,
            args => self.all(args)?,
        };
        let filter = params.filter.as_ref().map(|filter| self.one(filter)).transpose()?;
        let order_by = params.order_by.iter().map(|sort| self.sort(sort)).collect::<Result<Vec<Value>>>()?;
        let ignore_nulls = params.null_treatment == Some(NullTreatment::IgnoreNulls);
        let mut node = json!({"name": name, "arguments": arguments, "distinct": params.distinct, "filter": filter,
            "orderBy": order_by, "ignoreNulls": ignore_nulls, "type": type_name, "nullable": nullable});
        if let Some(span) = span {
            node["span"] = span.json();
        }
        Ok(node)
    }

    fn is_integer(&self, expression: &Expr) -> bool {
        expression.get_type(self.schema).is_ok_and(|data_type| data_type.is_integer())
    }

    fn sort(&self, sort: &Sort) -> Result<Value> {
        Ok(json!({"expression": self.one(&sort.expr)?, "descending": !sort.asc, "nullsFirst": sort.nulls_first}))
    }
}

enum Folded {
    /// the operand itself has the type
    Same(Value),
    Node(Value),
}

/// The place of an aggregate call, carried by its first argument under whatever casts were added.
fn aggregate_place(argument: &Expr) -> Option<Span> {
    match argument {
        Expr::Cast(Cast { expr, .. }) => aggregate_place(expr),
        other => match located::unwrap(other) {
            Some((span, Role::Aggregate, _)) => Some(span),
            _ => None,
        },
    }
}

/// Checks size and optional offset; gives both as intervals (no offset is zero).
pub fn window_bounds(bounds: &[Expr], span: Option<Span>) -> Result<(Value, Value)> {
    let constant = |expression: &Expr| match located::bare(expression) {
        Expr::Literal(scalar, _) => Some(scalar.clone()),
        _ => None,
    };
    let place = |error: Diagnostic| error.or_at(span);
    let size = literal::interval_of(bounds.first().and_then(constant).as_ref(), "a window's size").map_err(place)?;
    let parts = [i64::from(size.months), i64::from(size.days), size.nanoseconds];
    if parts.iter().any(|part| *part < 0) || parts.iter().all(|part| *part == 0) {
        return Err(place(Diagnostic::new(crate::diagnostic::INVALID_WINDOW, "a window's size must be positive")));
    }
    if parts[0] > 0 && parts[1..].iter().any(|part| *part > 0) {
        let error = Diagnostic::new(crate::diagnostic::INVALID_WINDOW, "a window's size is either months or days and smaller units");
        return Err(place(error));
    }
    let offset = match bounds.get(1) {
        Some(offset) => literal::interval_of(constant(offset).as_ref(), "a window's offset").map_err(place)?,
        None => arrow::datatypes::IntervalMonthDayNano::new(0, 0, 0),
    };
    Ok((literal::interval_value(size).map_err(place)?, literal::interval_value(offset).map_err(place)?))
}

fn operator_name(operator: Operator) -> Option<&'static str> {
    Some(match operator {
        Operator::Plus => "add",
        Operator::Minus => "subtract",
        Operator::Multiply => "multiply",
        Operator::Divide => "divide",
        Operator::Modulo => "modulo",
        Operator::Eq => "equal",
        Operator::NotEq => "not_equal",
        Operator::Lt => "less",
        Operator::LtEq => "less_or_equal",
        Operator::Gt => "greater",
        Operator::GtEq => "greater_or_equal",
        Operator::IsDistinctFrom => "is_distinct_from",
        Operator::IsNotDistinctFrom => "is_not_distinct_from",
        Operator::And => "and",
        Operator::Or => "or",
        Operator::BitwiseAnd => "bit_and",
        Operator::BitwiseOr => "bit_or",
        Operator::BitwiseXor => "bit_xor",
        Operator::BitwiseShiftLeft => "shift_left",
        Operator::BitwiseShiftRight => "shift_right",
        Operator::StringConcat => "concat",
        Operator::RegexMatch => "regex_match",
        Operator::RegexIMatch => "regex_match_insensitive",
        Operator::RegexNotMatch => "regex_not_match",
        Operator::RegexNotIMatch => "regex_not_match_insensitive",
        _ => return None,
    })
}
