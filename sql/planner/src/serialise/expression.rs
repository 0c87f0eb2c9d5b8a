//! Expressions: columns by ordinal, types by canonical name, places from the wrappers of `functions/located.rs`.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{DFSchema, ScalarValue};
use datafusion_expr::expr::{AggregateFunction, Between, BinaryExpr, Case, Cast, InList, Like, ScalarFunction, Sort};
use datafusion_expr::type_coercion::binary::BinaryTypeCoercer;
use datafusion_expr::{Expr, ExprSchemable, Operator, ReturnFieldArgs, TryCast};
use serde_json::{Value, json};
use datafusion_expr::expr::NullTreatment;

use super::literal;
use crate::diagnostic::{Diagnostic, INTERNAL, Result, UNSUPPORTED_FEATURE, WRONG_ARGUMENTS};
use crate::functions::arithmetic::{self, BIT_NOT};
use crate::functions::located::{self, Role};
use crate::functions::windows::{TUMBLE, WINDOW_END};
use crate::functions::zone::AT_UTC;
use crate::prepare::NO_ESCAPE;
use crate::span::Span;
use crate::types;

/// Serialises expressions over one input schema; collects the smallest span that covers them.
///
/// Types are found bottom up, in the same pass: `Expr::to_field` starts anew from the leaves at every level (and spells the
/// whole expression out as a name), which is quadratic and worse for long expressions.
pub struct Expressions<'a> {
    schema: &'a DFSchema,
    cover: RefCell<Option<Span>>,
    /// place of COUNT(*), which has no argument to carry it
    count_star: Option<Span>,
}

/// An expression's JSON (type, nullability and place included) beside the type that the planner knows it by.
struct Typed {
    json: Value,
    data_type: DataType,
    nullable: bool,
}

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
        Ok(self.typed(expression)?.json)
    }

    fn typed(&self, expression: &Expr) -> Result<Typed> {
        self.at(expression, None)
    }

    fn at(&self, expression: &Expr, span: Option<Span>) -> Result<Typed> {
        crate::deadline::check()?;
        if let Expr::Alias(alias) = expression {
            return self.at(&alias.expr, span);
        }
        match located::unwrap(expression) {
            Some((place, Role::Expression, inner)) => self.at(inner, span.or(Some(place))),
            Some((_, Role::Aggregate, inner)) => self.at(inner, span),
            None => {
                let own = match expression {
                    Expr::Column(column) => column.spans.first().as_ref().and_then(Span::of_planner),
                    _ => None,
                };
                let span = self.covered(span.or(own));
                self.shape(expression, span).map_err(|error| error.or_at(span))
            }
        }
    }

    /// Completes a node with its type, nullability and place.
    fn node(&self, mut json: Value, facts: (DataType, bool), span: Option<Span>) -> Result<Typed> {
        let (data_type, nullable) = facts;
        let Some(name) = types::name(&data_type) else {
            let message = format!("a value of type {data_type} is not supported");
            return Err(Diagnostic::new(UNSUPPORTED_FEATURE, message).at(span).hint("only scalar types are supported"));
        };
        json["type"] = json!(name);
        json["nullable"] = json!(nullable);
        if let Some(span) = span {
            json["span"] = span.json();
        }
        Ok(Typed { json, data_type, nullable })
    }

    fn shape(&self, expression: &Expr, span: Option<Span>) -> Result<Typed> {
        match expression {
            Expr::Column(column) => {
                let Some(index) = self.schema.maybe_index_of_column(column) else {
                    return Err(Diagnostic::new(INTERNAL, format!("column {column} is not in the input")));
                };
                let field = self.schema.field(index);
                self.node(json!({"kind": "column", "index": index}), (field.data_type().clone(), field.is_nullable()), span)
            }
            Expr::Literal(scalar, _) => {
                let json = json!({"kind": "literal", "value": literal::value(scalar)?});
                self.node(json, (scalar.data_type(), scalar.is_null()), span)
            }
            Expr::BinaryExpr(binary) => self.binary(binary, span),
            Expr::Not(operand) => self.unary("not", operand, span),
            Expr::Negative(operand) => self.unary("negate", operand, span),
            Expr::IsNull(operand) => self.test("is_null", operand, span),
            Expr::IsNotNull(operand) => self.test("is_not_null", operand, span),
            Expr::IsTrue(operand) => self.test("is_true", operand, span),
            Expr::IsNotTrue(operand) => self.test("is_not_true", operand, span),
            Expr::IsFalse(operand) => self.test("is_false", operand, span),
            Expr::IsNotFalse(operand) => self.test("is_not_false", operand, span),
            Expr::IsUnknown(operand) => self.test("is_unknown", operand, span),
            Expr::IsNotUnknown(operand) => self.test("is_not_unknown", operand, span),
            Expr::Between(between) => self.between(between, span),
            Expr::Like(like) => self.like(like, "like", span),
            Expr::SimilarTo(like) => self.like(like, "similar", span),
            Expr::InList(in_list) => self.in_list(in_list, span),
            Expr::Case(case) => self.case(case, span),
            Expr::Cast(Cast { expr, field }) => self.cast(expr, (field.data_type(), false), span),
            Expr::TryCast(TryCast { expr, field }) => self.cast(expr, (field.data_type(), true), span),
            Expr::ScalarFunction(call) => self.call(call, span),
            other => Err(Diagnostic::new(UNSUPPORTED_FEATURE, format!("{} is not supported", other.variant_name())).hint("see docs/language/functions.md")),
        }
    }

    /// NOT, - and ~: of the operand's type.
    fn unary(&self, operator: &str, operand: &Expr, span: Option<Span>) -> Result<Typed> {
        let operand = self.typed(operand)?;
        let json = json!({"kind": "unary", "operator": operator, "operand": operand.json});
        let data_type = if operator == "not" { DataType::Boolean } else { operand.data_type };
        self.node(json, (data_type, operand.nullable), span)
    }

    /// IS ..: never NULL.
    fn test(&self, operator: &str, operand: &Expr, span: Option<Span>) -> Result<Typed> {
        let json = json!({"kind": "unary", "operator": operator, "operand": self.one(operand)?});
        self.node(json, (DataType::Boolean, false), span)
    }

    fn binary(&self, binary: &BinaryExpr, span: Option<Span>) -> Result<Typed> {
        let (left, right) = (self.typed(&binary.left)?, self.typed(&binary.right)?);
        let distinct = matches!(binary.op, Operator::IsDistinctFrom | Operator::IsNotDistinctFrom);
        let nullable = !distinct && (left.nullable || right.nullable);
        // ~~ and friends are LIKE by another name
        if matches!(binary.op, Operator::LikeMatch | Operator::NotLikeMatch | Operator::ILikeMatch | Operator::NotILikeMatch) {
            let negated = matches!(binary.op, Operator::NotLikeMatch | Operator::NotILikeMatch);
            let insensitive = matches!(binary.op, Operator::ILikeMatch | Operator::NotILikeMatch);
            let json = json!({"kind": "like", "operand": left.json, "pattern": right.json, "form": "like", "escape": "\\",
                "negated": negated, "caseInsensitive": insensitive});
            return self.node(json, (DataType::Boolean, nullable), span);
        }
        let Some(operator) = operator_name(binary.op) else {
            return Err(Diagnostic::new(UNSUPPORTED_FEATURE, format!("operator {} is not supported", binary.op)).hint("see docs/language/functions.md"));
        };
        let coercer = BinaryTypeCoercer::new(&left.data_type, &binary.op, &right.data_type);
        let internal = |error: datafusion_common::DataFusionError| Diagnostic::new(INTERNAL, error.strip_backtrace());
        let data_type = coercer.get_result_type().map_err(internal)?;
        let json = json!({"kind": "binary", "operator": operator, "left": left.json, "right": right.json});
        self.node(json, (data_type, nullable), span)
    }

    fn compare(&self, operator: &str, sides: (&Typed, &Typed), span: Option<Span>) -> Result<Typed> {
        let (left, right) = sides;
        let json = json!({"kind": "binary", "operator": operator, "left": left.json, "right": right.json});
        self.node(json, (DataType::Boolean, left.nullable || right.nullable), span)
    }

    /// `x BETWEEN a AND b` is `x >= a AND x <= b`.
    fn between(&self, between: &Between, span: Option<Span>) -> Result<Typed> {
        let (operand, low, high) = (self.typed(&between.expr)?, self.typed(&between.low)?, self.typed(&between.high)?);
        let (above, below, both) = if between.negated { ("less", "greater", "or") } else { ("greater_or_equal", "less_or_equal", "and") };
        let (low, high) = (self.compare(above, (&operand, &low), span)?, self.compare(below, (&operand, &high), span)?);
        self.compare(both, (&low, &high), span)
    }

    fn like(&self, like: &Like, form: &str, span: Option<Span>) -> Result<Typed> {
        // without ESCAPE both PostgreSQL and the standard's SIMILAR TO take the backslash
        let escape = match like.escape_char {
            None => "\\".to_string(),
            Some(NO_ESCAPE) => String::new(),
            Some(escape) => escape.to_string(),
        };
        let (operand, pattern) = (self.typed(&like.expr)?, self.typed(&like.pattern)?);
        for side in [&operand, &pattern] {
            if !matches!(side.data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null) {
                let message = format!("LIKE needs VARCHAR, not {}", types::name(&side.data_type).unwrap_or_default());
                return Err(Diagnostic::new(crate::diagnostic::TYPE_MISMATCH, message).hint("CAST it to VARCHAR"));
            }
        }
        let json = json!({"kind": "like", "operand": operand.json, "pattern": pattern.json, "form": form, "escape": escape,
            "negated": like.negated, "caseInsensitive": like.case_insensitive});
        self.node(json, (DataType::Boolean, operand.nullable || pattern.nullable), span)
    }

    fn in_list(&self, in_list: &InList, span: Option<Span>) -> Result<Typed> {
        let operand = self.typed(&in_list.expr)?;
        let list = in_list.list.iter().map(|item| self.typed(item)).collect::<Result<Vec<Typed>>>()?;
        let nullable = operand.nullable || list.iter().any(|item| item.nullable);
        let items: Vec<Value> = list.into_iter().map(|item| item.json).collect();
        let json = json!({"kind": "in_list", "operand": operand.json, "list": items, "negated": in_list.negated});
        self.node(json, (DataType::Boolean, nullable), span)
    }

    /// `CASE x WHEN v` becomes `CASE WHEN x = v`.
    fn case(&self, case: &Case, span: Option<Span>) -> Result<Typed> {
        let operand = case.expr.as_ref().map(|operand| self.typed(operand)).transpose()?;
        let mut branches = vec![];
        let mut results = vec![];
        for (when, then) in &case.when_then_expr {
            let mut when = self.condition(when, operand.is_some())?;
            if let Some(operand) = &operand {
                when = self.compare("equal", (operand, &when), None)?;
            }
            let then = self.typed(then)?;
            branches.push(json!({"when": when.json, "then": then.json}));
            results.push((then.data_type, then.nullable));
        }
        let otherwise = case.else_expr.as_ref().map(|otherwise| self.typed(otherwise)).transpose()?;
        results.push(otherwise.as_ref().map_or((DataType::Null, true), |otherwise| (otherwise.data_type.clone(), otherwise.nullable)));
        let nullable = results.iter().any(|(_, nullable)| *nullable);
        let data_type = results.into_iter().map(|(data_type, _)| data_type).find(|data_type| !data_type.is_null());
        let json = json!({"kind": "case", "branches": branches, "otherwise": otherwise.map(|otherwise| otherwise.json)});
        self.node(json, (data_type.unwrap_or(DataType::Null), nullable), span)
    }

    /// The WHEN of a CASE. The planner would cast a number to BOOLEAN.
    fn condition(&self, when: &Expr, compared: bool) -> Result<Typed> {
        let Expr::Cast(Cast { expr, field }) = when else { return self.typed(when) };
        let inner = self.typed(expr)?;
        if compared || *field.data_type() != DataType::Boolean || matches!(inner.data_type, DataType::Boolean | DataType::Null) {
            return self.typed(when);
        }
        let found = types::name(&inner.data_type).unwrap_or_default();
        let mismatch = Diagnostic::new(crate::diagnostic::TYPE_MISMATCH, format!("a condition must be BOOLEAN, not {found}"));
        let place = serde_json::from_value::<[u32; 4]>(inner.json["span"].clone()).ok();
        let span = place.map(|[a, b, c, d]| Span { start: (a, b), end: (c, d) });
        Err(mismatch.at(span).hint("compare it: WHEN x <> 0"))
    }

    fn cast(&self, operand: &Expr, target: (&DataType, bool), span: Option<Span>) -> Result<Typed> {
        let (data_type, safe) = target;
        if let Expr::Literal(ScalarValue::Utf8(Some(text)), _) = located::bare(operand)
            && let Some(value) = literal::parse_text(text, data_type)
        {
            return self.node(json!({"kind": "literal", "value": value}), (data_type.clone(), false), span);
        }
        let mut inner = self.typed(operand)?;
        // only units of time or views differ, which the language does not tell apart
        if types::name(&inner.data_type) == types::name(data_type) {
            if let (Some(span), None) = (span, inner.json.get("span")) {
                inner.json["span"] = span.json();
            }
            return Ok(Typed { data_type: data_type.clone(), ..inner });
        }
        let nullable = safe || inner.nullable;
        self.node(json!({"kind": "cast", "operand": inner.json, "safe": safe}), (data_type.clone(), nullable), span)
    }

    fn call(&self, call: &ScalarFunction, span: Option<Span>) -> Result<Typed> {
        let name = call.func.name();
        if name == AT_UTC {
            return self.at_utc(call, span);
        }
        if name == BIT_NOT {
            return self.unary("bit_not", &call.args[0], span);
        }
        if matches!(name, TUMBLE | WINDOW_END) {
            window_bounds(&call.args[1..], span)?;
        }
        let arguments = call.args.iter().map(|argument| self.typed(argument)).collect::<Result<Vec<Typed>>>()?;
        let fields: Vec<FieldRef> =
            arguments.iter().map(|argument| Arc::new(Field::new("", argument.data_type.clone(), argument.nullable))).collect();
        let scalars: Vec<Option<&ScalarValue>> = call.args.iter().map(constant).collect();
        let about = ReturnFieldArgs { arg_fields: &fields, scalar_arguments: &scalars };
        let internal = |error: datafusion_common::DataFusionError| Diagnostic::new(INTERNAL, error.strip_backtrace());
        let field = call.func.return_field_from_args(about).map_err(internal)?;
        let facts = (field.data_type().clone(), field.is_nullable());
        let of_bytes = arguments.iter().zip(&call.args).any(|(argument, expression)| is_text_of_bytes(argument, expression));
        let mut list: Vec<Value> = arguments.into_iter().map(|argument| argument.json).collect();
        if of_bytes && name == "character_length" {
            let bytes = list[0]["operand"].take();
            return self.node(json!({"kind": "call", "name": "octet_length", "arguments": [bytes]}), facts, span);
        }
        if of_bytes && !matches!(name, "concat" | "concat_ws") {
            let error = Diagnostic::new(WRONG_ARGUMENTS, format!("function {name} takes VARCHAR, not BYTEA")).at(span);
            return Err(error.hint("write ENCODE(x, 'hex') for its digits, CAST(x AS VARCHAR) for its text"));
        }
        if let Some(operator) = arithmetic::operator(call) {
            let (right, left) = (list.pop(), list.pop());
            return self.node(json!({"kind": "binary", "operator": operator, "left": left, "right": right}), facts, span);
        }
        if matches!(name, "date_part" | "date_trunc")
            && let Some(field) = list[0]["value"].as_str()
        {
            list[0]["value"] = json!(date_field(name, field)?);
        }
        self.node(json!({"kind": "call", "name": name, "arguments": list}), facts, span)
    }

    fn at_utc(&self, call: &ScalarFunction, span: Option<Span>) -> Result<Typed> {
        let operand = self.typed(&call.args[0])?;
        let internal = |error: datafusion_common::DataFusionError| Diagnostic::new(INTERNAL, error.strip_backtrace());
        let data_type = call.func.return_type(std::slice::from_ref(&operand.data_type)).map_err(internal)?;
        let nullable = operand.nullable;
        self.node(json!({"kind": "cast", "operand": operand.json, "safe": false}), (data_type, nullable), span)
    }

    pub fn aggregate(&self, expression: &Expr) -> Result<Value> {
        let Expr::AggregateFunction(AggregateFunction { func, params }) = located::bare(expression) else {
            return Err(Diagnostic::new(INTERNAL, format!("{} is no aggregate", expression.variant_name())));
        };
        let inside = params.args.first().and_then(aggregate_place);
        let name = func.name().to_string();
        let star = name == "count" && matches!(params.args.as_slice(), [Expr::Literal(value, _)] if !value.is_null());
        let span = self.covered(if star { self.count_star } else { inside });
        let internal = |error: datafusion_common::DataFusionError| Diagnostic::new(INTERNAL, error.strip_backtrace()).at(span);
        let (_, field) = located::bare(expression).to_field(self.schema).map_err(internal)?;
        let arguments = match params.args.as_slice() {
            _ if star => json!([]),
            // the planner averages integers as doubles; the sum is to be exact
            [Expr::Cast(Cast { expr, .. })] if name == "avg" && self.is_integer(expr) => self.all([&**expr])?,
            args => self.all(args)?,
        };
        let filter = params.filter.as_ref().map(|filter| self.one(filter)).transpose()?;
        let order_by = params.order_by.iter().map(|sort| self.sort(sort)).collect::<Result<Vec<Value>>>()?;
        let ignore_nulls = params.null_treatment == Some(NullTreatment::IgnoreNulls);
        let json = json!({"name": name, "arguments": arguments, "distinct": params.distinct, "filter": filter,
            "orderBy": order_by, "ignoreNulls": ignore_nulls});
        Ok(self.node(json, (field.data_type().clone(), field.is_nullable()), span)?.json)
    }

    fn is_integer(&self, expression: &Expr) -> bool {
        expression.get_type(self.schema).is_ok_and(|data_type| data_type.is_integer())
    }

    fn sort(&self, sort: &Sort) -> Result<Value> {
        Ok(json!({"expression": self.one(&sort.expr)?, "descending": !sort.asc, "nullsFirst": sort.nulls_first}))
    }
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

/// BYTEA that the planner casts, since the function takes text only: nobody asked for its text `\x..`. A cast that the query has
/// stands in a wrapper.
fn is_text_of_bytes(argument: &Typed, expression: &Expr) -> bool {
    let json = &argument.json;
    matches!(expression, Expr::Cast(_)) && json["kind"] == "cast" && json["type"] == "VARCHAR" && json["operand"]["type"] == "BYTEA"
}

fn constant(expression: &Expr) -> Option<&ScalarValue> {
    match located::bare(expression) {
        Expr::Literal(scalar, _) => Some(scalar),
        _ => None,
    }
}

/// Checks size and optional offset; gives both as intervals (no offset is zero).
pub fn window_bounds(bounds: &[Expr], span: Option<Span>) -> Result<(Value, Value)> {
    let place = |error: Diagnostic| error.or_at(span);
    let size = literal::interval_of(bounds.first().and_then(constant), "a window's size").map_err(place)?;
    let parts = [i64::from(size.months), i64::from(size.days), size.nanoseconds];
    if parts.iter().any(|part| *part < 0) || parts.iter().all(|part| *part == 0) {
        return Err(place(Diagnostic::new(crate::diagnostic::INVALID_WINDOW, "a window's size must be positive")));
    }
    if parts[0] > 0 && parts[1..].iter().any(|part| *part > 0) {
        let error = Diagnostic::new(crate::diagnostic::INVALID_WINDOW, "a window's size is either months or days and smaller units");
        return Err(place(error));
    }
    let offset = match bounds.get(1) {
        Some(offset) => literal::interval_of(constant(offset), "a window's offset").map_err(place)?,
        None => arrow::datatypes::IntervalMonthDayNano::new(0, 0, 0),
    };
    Ok((literal::interval_value(size).map_err(place)?, literal::interval_value(offset).map_err(place)?))
}

/// The canonical name of a constant field of date_part and date_trunc.
fn date_field(function: &str, text: &str) -> Result<&'static str> {
    const TRUNCATING: [&str; 10] = ["microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];
    const MORE: [&str; 6] = ["dow", "isodow", "doy", "epoch", "isoyear", "nanosecond"];
    let name = text.trim().to_lowercase();
    let singular = name.strip_suffix('s').unwrap_or(&name);
    let more: &[&'static str] = if function == "date_part" { &MORE } else { &[] };
    let found = TRUNCATING.iter().chain(more).copied().find(|field| *field == name || *field == singular);
    found.ok_or_else(|| {
        let error = Diagnostic::new(WRONG_ARGUMENTS, format!("function {function} knows no field '{text}'"));
        let known = TRUNCATING.iter().chain(more).copied();
        error.hint(crate::suggest::nearest(&name, known).unwrap_or_else(|| "use year, month, day, hour, minute or second".to_string()))
    })
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
