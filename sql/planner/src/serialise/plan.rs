//! Plan nodes. Aliases of relations vanish: every reference is an ordinal.

use datafusion_common::DFSchema;
use datafusion_expr::{Aggregate, Distinct, LogicalPlan};
use serde_json::{Map, Value, json};

use super::expression::{Expressions, window_bounds};
use crate::diagnostic::{Diagnostic, INTERNAL, Result, UNSUPPORTED_FEATURE};
use crate::prepare::Prepared;
use crate::relations::WindowTable;
use crate::span::{Span, json_or_null};
use crate::types;

pub struct Plans<'a> {
    pub prepared: &'a Prepared,
}

impl Plans<'_> {
    pub fn plan(&self, plan: &LogicalPlan) -> Result<Value> {
        match plan {
            LogicalPlan::SubqueryAlias(alias) => self.plan(&alias.input),
            LogicalPlan::Projection(projection) => {
                let expressions = self.over(projection.input.schema());
                let list = expressions.all(&projection.expr)?;
                let node = json!({"kind": "project", "input": self.plan(&projection.input)?, "expressions": list});
                finish(node, plan.schema(), expressions.cover())
            }
            LogicalPlan::Filter(filter) => {
                let expressions = self.over(filter.input.schema());
                let predicate = expressions.one(&filter.predicate)?;
                let input = self.plan(&filter.input)?;
                let schema = input["schema"].clone();
                let node = json!({"kind": "filter", "input": input, "predicate": predicate, "schema": schema});
                Ok(with_span(node, expressions.cover()))
            }
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate, plan.schema()),
            LogicalPlan::TableScan(scan) => {
                if !scan.filters.is_empty() || scan.fetch.is_some() {
                    return Err(Diagnostic::new(INTERNAL, "a scan with filters"));
                }
                let all = || (0..scan.source.schema().fields().len()).collect();
                let columns: Vec<usize> = scan.projection.clone().unwrap_or_else(all);
                let name = scan.table_name.table();
                let span = self.prepared.tables.iter().find(|(table, _)| table == name).map(|(_, span)| *span);
                finish(json!({"kind": "scan", "object": name, "columns": columns}), plan.schema(), span)
            }
            LogicalPlan::Union(union) => {
                let inputs = union.inputs.iter().map(|input| self.plan(input)).collect::<Result<Vec<Value>>>()?;
                let cover = inputs.iter().filter_map(span_of).reduce(Span::to);
                finish(json!({"kind": "union", "inputs": inputs}), plan.schema(), cover)
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let input = self.plan(input)?;
                let span = span_of(&input);
                finish(json!({"kind": "distinct", "input": input}), plan.schema(), span)
            }
            LogicalPlan::EmptyRelation(empty) => {
                let rows = if empty.produce_one_row { json!([[]]) } else { json!([]) };
                finish(json!({"kind": "values", "rows": rows}), plan.schema(), None)
            }
            LogicalPlan::Values(values) => {
                let none = DFSchema::empty();
                let expressions = self.over(&none);
                let rows = values.values.iter().map(|row| expressions.all(row)).collect::<Result<Vec<Value>>>()?;
                finish(json!({"kind": "values", "rows": rows}), plan.schema(), expressions.cover())
            }
            LogicalPlan::Extension(extension) => match extension.node.as_any().downcast_ref::<WindowTable>() {
                Some(window) => self.window_table(window, plan),
                None => Err(Diagnostic::new(INTERNAL, format!("plan node {}", extension.node.name()))),
            },
            other => {
                let words: String = other.display().to_string().chars().take(80).collect();
                Err(Diagnostic::new(UNSUPPORTED_FEATURE, format!("this query is not supported ({words})")).hint("write it with SELECT, WHERE, GROUP BY, HAVING and UNION"))
            }
        }
    }

    fn aggregate(&self, aggregate: &Aggregate, schema: &DFSchema) -> Result<Value> {
        let expressions = self.over(aggregate.input.schema());
        let groups = expressions.all(&aggregate.group_expr)?;
        let calls = aggregate.aggr_expr.iter().map(|call| expressions.aggregate(call)).collect::<Result<Vec<Value>>>()?;
        // a key or call is labelled by its function, not by the planner's spelling of the whole expression
        let labels: Vec<Value> = groups.as_array().into_iter().flatten().chain(&calls).map(|part| part["name"].clone()).collect();
        let node = json!({"kind": "aggregate", "input": self.plan(&aggregate.input)?, "groups": groups, "aggregates": calls});
        let mut node = finish(node, schema, expressions.cover())?;
        for (index, label) in labels.into_iter().enumerate().filter(|(_, label)| label.is_string()) {
            node["schema"][index]["name"] = label;
        }
        Ok(node)
    }

    fn over<'s>(&self, schema: &'s DFSchema) -> Expressions<'s> {
        Expressions::new(schema, self.prepared.count_star)
    }

    fn window_table(&self, window: &WindowTable, plan: &LogicalPlan) -> Result<Value> {
        let expressions = self.over(window.input.schema());
        let (size, offset) = window_bounds(&window.bounds, window.span)?;
        let mut spec = json!({"window": "tumble", "time": expressions.one(&window.time)?, "size": size, "offset": offset});
        spec["span"] = json_or_null(window.span);
        let node = json!({"kind": "window_table", "input": self.plan(&window.input)?, "window": spec});
        finish(node, plan.schema(), window.span)
    }
}

fn span_of(node: &Value) -> Option<Span> {
    let numbers: Vec<u32> = node.get("span")?.as_array()?.iter().filter_map(|number| number.as_u64().map(|number| number as u32)).collect();
    match numbers[..] {
        [a, b, c, d] => Some(Span { start: (a, b), end: (c, d) }),
        _ => None,
    }
}

fn finish(mut node: Value, schema: &DFSchema, span: Option<Span>) -> Result<Value> {
    node["schema"] = columns(schema, span)?;
    Ok(with_span(node, span))
}

fn with_span(mut node: Value, span: Option<Span>) -> Value {
    if let Some(span) = span {
        node["span"] = span.json();
    }
    node
}

fn columns(schema: &DFSchema, span: Option<Span>) -> Result<Value> {
    let fields = schema.fields().iter().map(|field| {
        let Some(type_name) = types::name(field.data_type()) else {
            let message = format!("column {} of type {} is not supported", field.name(), field.data_type());
            return Err(Diagnostic::new(UNSUPPORTED_FEATURE, message).at(span).hint("only scalar types are supported"));
        };
        let mut column = Map::new();
        column.insert("name".into(), json!(field.name()));
        column.insert("type".into(), json!(type_name));
        column.insert("nullable".into(), json!(field.is_nullable()));
        Ok(Value::Object(column))
    });
    Ok(Value::Array(fields.collect::<Result<Vec<Value>>>()?))
}
