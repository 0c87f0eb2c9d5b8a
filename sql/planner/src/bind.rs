//! Statements with their names resolved, as the JSON of `sql/plan/statement.ts`.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion_common::tree_node::{TransformedResult, TreeNode};
use datafusion_common::{DFSchema, DataFusionError};
use datafusion_expr::expr::Cast;
use datafusion_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion_optimizer::analyzer::type_coercion::TypeCoercionRewriter;
use datafusion_sql::parser::Statement as PlannerStatement;
use datafusion_sql::planner::{PlannerContext, SqlToRel};
use serde_json::{Map, Value, json};
use sqlparser::ast::{self, FunctionArguments};
use sqlparser::tokenizer::TokenWithSpan;

use crate::catalog::Catalog;
use crate::cursor::{Name, fold};
use crate::diagnostic::{Diagnostic, ERRORS_MAX, collect, Result, TYPE_MISMATCH, UNKNOWN_COLUMN, UNSUPPORTED_FEATURE};
use crate::errors::Failed;
use crate::functions::located::bare;
use crate::prepare::{self, Prepared};
use crate::serialise::expression::Expressions;
use crate::serialise::plan::Plans;
use crate::serialise::interval_of;
use crate::span::{Span, json_or_null};
use crate::statements::{
    ColumnItem, CreateQuery, CreateSource, Creation, Emit, FormatClause, Lateness, Node, QueryItem, SqlOption, Statement, WatermarkItem,
};
use crate::{optimise, recover, suggest, types, widths};

pub struct Binder<'a> {
    catalog: &'a Catalog,
    tokens: &'a [TokenWithSpan],
}

/// The bound statement.
pub fn statement(statement: &Statement, catalog: &Catalog) -> Result<Value> {
    let binder = Binder { catalog, tokens: &statement.tokens };
    let mut object = binder.node(&statement.node, statement.span)?;
    object.insert("span".into(), json_or_null(statement.span));
    Ok(Value::Object(object))
}

fn object(kind: &str) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("kind".into(), json!(kind));
    object
}

fn option_json(option: &SqlOption) -> Value {
    json!({"key": option.key, "value": option.value, "span": json_or_null(option.span), "valueSpan": json_or_null(option.value_span)})
}

fn options_json(options: &[SqlOption]) -> Value {
    options.iter().map(option_json).collect()
}

fn put_format(object: &mut Map<String, Value>, format: &Option<FormatClause>) {
    if let Some(format) = format {
        let clause = json!({"name": format.name, "options": options_json(&format.options), "span": json_or_null(format.span)});
        object.insert("format".into(), clause);
    }
}

fn put_name(object: &mut Map<String, Value>, name: &Name) {
    object.insert("name".into(), json!(name.text));
    object.insert("nameSpan".into(), json_or_null(name.span));
}

fn put_creation(object: &mut Map<String, Value>, creation: &Creation) {
    put_name(object, &creation.name);
    object.insert("orReplace".into(), json!(creation.or_replace));
    object.insert("ifNotExists".into(), json!(creation.if_not_exists));
}

fn emit_json(emit: &Emit) -> Value {
    match emit {
        Emit::Default => json!({"kind": "default"}),
        Emit::OnWindowClose(span) => json!({"kind": "on_window_close", "span": json_or_null(*span)}),
        Emit::Changes(span) => json!({"kind": "changes", "span": json_or_null(*span)}),
    }
}

impl Binder<'_> {
    fn node(&self, node: &Node, span: Option<Span>) -> Result<Map<String, Value>> {
        match node {
            Node::CreateSource(source) => self.source(source),
            Node::CreateQuery(create) => self.create_query(create),
            Node::Drop { object: kind, name, if_exists, cascade } => {
                let mut drop = object("drop");
                drop.insert("object".into(), json!(kind));
                put_name(&mut drop, name);
                drop.insert("ifExists".into(), json!(if_exists));
                drop.insert("cascade".into(), json!(cascade));
                Ok(drop)
            }
            Node::Insert(statement, target) => self.insert(statement, target, span),
            Node::Select(item) => {
                let mut select = object("select");
                select.insert("query".into(), self.query(item)?);
                Ok(select)
            }
            Node::Explain { analyze, levels, format, statement } => {
                let mut explain = object("explain");
                explain.insert("analyze".into(), json!(analyze));
                explain.insert("levels".into(), json!(levels));
                explain.insert("format".into(), json!(format));
                explain.insert("statement".into(), self::statement(statement, self.catalog)?);
                Ok(explain)
            }
            Node::Show { what, name } => {
                let mut show = object("show");
                show.insert("what".into(), json!(what));
                if let Some(name) = name {
                    put_name(&mut show, name);
                }
                Ok(show)
            }
            Node::Describe { name, extended } => {
                let mut describe = object("describe");
                put_name(&mut describe, name);
                describe.insert("extended".into(), json!(extended));
                Ok(describe)
            }
            Node::Set(option) => {
                let mut set = object("set");
                set.insert("option".into(), option_json(option));
                Ok(set)
            }
        }
    }

    fn create_query(&self, create: &CreateQuery) -> Result<Map<String, Value>> {
        let mut object = object(create.kind);
        put_creation(&mut object, &create.creation);
        object.insert("query".into(), self.query(&create.query)?);
        put_format(&mut object, &create.format);
        object.insert("options".into(), options_json(&create.options));
        Ok(object)
    }

    fn query(&self, item: &QueryItem) -> Result<Value> {
        let (plan, prepared) = self.query_plan(&item.query, item.span)?;
        let mut object = Map::new();
        object.insert("plan".into(), Plans { prepared: &prepared }.plan(&plan).map_err(|error| error.or_at(item.span))?);
        object.insert("emit".into(), emit_json(&item.emit));
        if let Some(lateness) = &item.lateness {
            object.insert("lateness".into(), self.lateness(lateness)?);
        }
        object.insert("span".into(), json_or_null(item.span));
        Ok(Value::Object(object))
    }

    /// The plan, or every error that can be told apart from those before it.
    fn query_plan(&self, query: &ast::Query, span: Option<Span>) -> Result<(LogicalPlan, Prepared)> {
        let mut query = query.clone();
        let mut errors: Vec<Diagnostic> = vec![];
        let mut places: Vec<Span> = vec![];
        let mut rounds = 0;
        loop {
            let mut attempt = Box::new(query.clone());
            let planned = prepare::query(&mut attempt, self.tokens).and_then(|prepared| {
                let plan = self.plan(ast::Statement::Query(attempt), (&prepared, span))?;
                Ok((plan, prepared))
            });
            let found = match planned {
                Ok(done) if errors.is_empty() => return Ok(done),
                Ok(_) => vec![],
                Err(error) => error.apart(),
            };
            let replaced: Vec<Span> = found.iter().flat_map(|error| recover::replace(&mut query, error, self.tokens)).collect();
            let fresh = found.into_iter().filter(|error| errors.is_empty() || !recover::follows(error, &places));
            let fresh: Vec<Diagnostic> = fresh.collect();
            errors.extend(fresh);
            rounds += 1;
            let is_stuck = replaced.is_empty();
            places.extend(replaced);
            if is_stuck || errors.len() >= ERRORS_MAX || rounds > ERRORS_MAX {
                // a statement that fails has at least one
                return Err(Diagnostic::all(errors).unwrap_or_else(|| Diagnostic::new(crate::diagnostic::INTERNAL, "a plan that failed without an error")));
            }
        }
    }

    fn plan(&self, statement: ast::Statement, about: (&Prepared, Option<Span>)) -> Result<LogicalPlan> {
        let planner = SqlToRel::new(self.catalog);
        let planned = planner.statement_to_plan(PlannerStatement::Statement(Box::new(statement))).and_then(optimise::analyse);
        let (prepared, whole) = about;
        let failed = Failed { catalog: self.catalog, prepared, tokens: self.tokens, whole };
        planned.and_then(optimise::optimise).map_err(|error| failed.diagnose(&error))
    }

    fn lateness(&self, lateness: &Lateness) -> Result<Value> {
        let empty = Arc::new(Schema::empty());
        let (expression, schema, _) = self.expression(&lateness.interval, &empty)?;
        let scalar = match bare(&expression) {
            Expr::Literal(scalar, _) => Some(scalar.clone()),
            _ => None,
        };
        let place = |error: Diagnostic| error.or_at(lateness.span);
        interval_of(scalar.as_ref(), "ALLOW LATENESS").map_err(place)?;
        let literal = Expressions::new(&schema, None).one(&expression)?;
        Ok(json!({"interval": literal["value"], "span": json_or_null(lateness.span)}))
    }

    /// Plans a lone expression over the fields of `schema`.
    fn expression(&self, ast: &ast::Expr, schema: &Arc<Schema>) -> Result<(Expr, DFSchema, Prepared)> {
        let mut ast = ast.clone();
        crate::balance::expression(&mut ast);
        crate::refuse::expression(&ast, self.tokens)?;
        let whole = crate::places::Places(self.tokens).of(&ast);
        let prepared = prepare::expression(&mut ast, self.tokens)?;
        let failed = |error: DataFusionError, prepared: &Prepared| {
            Failed { catalog: self.catalog, prepared, tokens: self.tokens, whole }.diagnose(&error)
        };
        let schema = DFSchema::try_from(Arc::clone(schema)).map_err(|error| failed(error, &prepared))?;
        let planner = SqlToRel::new(self.catalog);
        let planned = planner
            .sql_to_expr(ast, &schema, &mut PlannerContext::new())
            .and_then(|expression| expression.rewrite(&mut TypeCoercionRewriter::new(&schema)).data());
        match planned {
            Ok(expression) => Ok((expression, schema, prepared)),
            Err(error) => Err(failed(error, &prepared)),
        }
    }

    /// A lone expression cast to a column's type.
    fn expression_of_type(&self, ast: &ast::Expr, schema: &Arc<Schema>, column: &Field) -> Result<Value> {
        let (expression, schema, _) = self.expression(ast, schema)?;
        let whole = crate::places::Places(self.tokens).of(ast);
        if let Expr::AggregateFunction(_) | Expr::WindowFunction(_) = bare(&expression) {
            return Err(Diagnostic::new(UNSUPPORTED_FEATURE, "an aggregate function in a column definition is not supported")
                .at(whole)
                .hint("compute it in a stream that reads the source"));
        }
        let found = expression.get_type(&schema).map_err(|error| Diagnostic::new(TYPE_MISMATCH, error.strip_backtrace()).at(whole))?;
        let expression = if found == *column.data_type() {
            expression
        } else {
            Expr::Cast(Cast::new(Box::new(expression), column.data_type().clone()))
        };
        Expressions::new(&schema, None).one(&expression).map_err(|error| error.or_at(whole))
    }

    fn insert(&self, statement: &ast::Statement, target: &Name, span: Option<Span>) -> Result<Map<String, Value>> {
        let ast::Statement::Insert(insert) = statement else {
            return Err(Diagnostic::new(crate::diagnostic::INTERNAL, "no INSERT"));
        };
        let Some(schema) = self.catalog.table(&target.text) else {
            return Err(self.catalog.unknown_table(&target.text).at(target.span));
        };
        let absent = absent_columns(insert, &schema)?;
        let wanted = if insert.columns.is_empty() { schema.fields().len() } else { insert.columns.len() };
        widths::check_insert(insert, wanted, &crate::places::Places(self.tokens))?;
        let mut insert = insert.clone();
        let Some(query) = insert.source.clone() else {
            return Err(Diagnostic::new(crate::diagnostic::INTERNAL, "INSERT without a source"));
        };
        let mut source = query;
        let prepared = prepare::query(&mut source, self.tokens)?;
        insert.source = Some(source);
        let plan = self.plan(ast::Statement::Insert(insert), (&prepared, span))?;
        let input = match &plan {
            LogicalPlan::Dml(dml) => &dml.input,
            other => return Err(Diagnostic::new(crate::diagnostic::INTERNAL, format!("INSERT planned as {}", other.display()))),
        };
        let mut object = object("insert");
        object.insert("target".into(), json!(target.text));
        object.insert("targetSpan".into(), json_or_null(target.span));
        object.insert("absent".into(), json!(absent));
        let plan = Plans { prepared: &prepared }.plan(input).map_err(|error| error.or_at(span))?;
        object.insert("query".into(), json!({"plan": plan, "emit": {"kind": "default"}, "span": json_or_null(span)}));
        Ok(object)
    }

    fn source(&self, source: &CreateSource) -> Result<Map<String, Value>> {
        let fields = collect(source.columns.iter().map(|column| self.field(column, source)))?;
        let declared = Arc::new(Schema::new(fields));
        let nothing = Arc::new(Schema::empty());
        let columns = source.columns.iter().enumerate().map(|(index, column)| {
            let field = declared.field(index);
            let mut object = Map::new();
            object.insert("name".into(), json!(column.name.text));
            object.insert("type".into(), json!(types::name(field.data_type())));
            object.insert("nullable".into(), json!(field.is_nullable()));
            object.insert("span".into(), json_or_null(column.span));
            if let Some(default) = &column.default {
                object.insert("defaultValue".into(), self.expression_of_type(default, &nothing, field)?);
            }
            if let Some(computed) = &column.computed {
                object.insert("computed".into(), self.expression_of_type(computed, &self.inputs(source, &declared), field)?);
            }
            Ok(Value::Object(object))
        });
        let columns = collect(columns);
        let key = collect(source.primary_key.iter().map(|name| index_of(name, &declared)));
        let watermark = source.watermark.as_ref().map(|watermark| self.watermark(watermark, &declared)).transpose();
        let errors = [columns.as_ref().err(), key.as_ref().err(), watermark.as_ref().err()].into_iter().flatten().cloned();
        if let Some(error) = Diagnostic::all(errors.collect()) {
            return Err(error);
        }
        let mut object = object("create_source");
        put_creation(&mut object, &source.creation);
        object.insert("columns".into(), Value::Array(columns?));
        object.insert("primaryKey".into(), json!(key?));
        if let Some(watermark) = watermark? {
            object.insert("watermark".into(), watermark);
        }
        put_format(&mut object, &source.format);
        object.insert("options".into(), options_json(&source.options));
        Ok(object)
    }

    fn field(&self, column: &ColumnItem, source: &CreateSource) -> Result<Field> {
        let data_type = types::from_sql(&column.data_type).map_err(|error| error.or_at(column.type_span))?;
        let event_time = source.watermark.as_ref().is_some_and(|watermark| watermark.column.text == column.name.text);
        let key = source.primary_key.iter().any(|name| name.text == column.name.text);
        // a NULL event time is a row error, a key has no NULLs
        Ok(Field::new(&column.name.text, data_type, !(column.not_null || event_time || key)))
    }

    /// The declared columns as a computed one sees them: other computed columns keep their ordinal but cannot be named.
    fn inputs(&self, source: &CreateSource, declared: &Arc<Schema>) -> Arc<Schema> {
        let fields = source.columns.iter().zip(declared.fields()).map(|(column, field)| match column.computed {
            Some(_) => Field::new(format!("\u{1}{}", column.name.text), field.data_type().clone(), true),
            None => field.as_ref().clone(),
        });
        Arc::new(Schema::new(fields.collect::<Vec<Field>>()))
    }

    fn watermark(&self, watermark: &WatermarkItem, declared: &Arc<Schema>) -> Result<Value> {
        let column = index_of(&watermark.column, declared)?;
        let field = declared.field(column);
        if !matches!(field.data_type(), DataType::Timestamp(..)) {
            let found = types::name(field.data_type()).unwrap_or_default();
            let error = Diagnostic::new(TYPE_MISMATCH, format!("a watermark needs a TIMESTAMP column, {} is {found}", field.name()));
            return Err(error.at(watermark.column.span).hint("add a column TIMESTAMP AS an expression of it, and declare the watermark on that"));
        }
        let processing_time = matches!(&watermark.expression, Some(expression) if is_proctime(expression));
        let mut object = Map::new();
        object.insert("column".into(), json!(column));
        object.insert("processingTime".into(), json!(processing_time));
        object.insert("span".into(), json_or_null(watermark.span));
        if let Some(expression) = watermark.expression.as_ref().filter(|_| !processing_time) {
            object.insert("expression".into(), self.watermark_expression(expression, (declared, field)).map_err(|error| error.or_at(watermark.span))?);
        }
        Ok(Value::Object(object))
    }
}

impl Binder<'_> {
    /// Of a time: whatever else can be cast to one is a mistake here.
    fn watermark_expression(&self, ast: &ast::Expr, about: (&Arc<Schema>, &Field)) -> Result<Value> {
        let (declared, field) = about;
        let (expression, schema, _) = self.expression(ast, declared)?;
        let found = expression.get_type(&schema).unwrap_or(DataType::Null);
        if !matches!(found, DataType::Timestamp(..)) {
            let found = types::name(&found).unwrap_or_else(|| found.to_string());
            let mismatch = Diagnostic::new(TYPE_MISMATCH, format!("a watermark is a TIMESTAMP, not {found}"));
            let place = crate::places::Places(self.tokens).of(ast);
            return Err(mismatch.at(place).hint("write WATERMARK FOR ts AS ts - INTERVAL '5' SECOND"));
        }
        self.expression_of_type(ast, declared, field)
    }
}

fn is_proctime(expression: &ast::Expr) -> bool {
    match expression {
        ast::Expr::Function(function) => {
            let no_arguments = matches!(&function.args, FunctionArguments::List(list) if list.args.is_empty());
            no_arguments && function.name.to_string().eq_ignore_ascii_case("proctime")
        }
        _ => false,
    }
}

fn index_of(name: &Name, schema: &Schema) -> Result<usize> {
    schema.index_of(&name.text).map_err(|_| {
        let error = Diagnostic::new(UNKNOWN_COLUMN, format!("column {} does not exist", name.text)).at(name.span);
        match suggest::nearest(&name.text, schema.fields().iter().map(|field| field.name().as_str())) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })
}

/// Ordinals of the target's columns that the INSERT does not name.
fn absent_columns(insert: &ast::Insert, schema: &Schema) -> Result<Vec<usize>> {
    if insert.columns.is_empty() {
        return Ok(vec![]);
    }
    let mut given = HashSet::new();
    for column in &insert.columns {
        let Some(ident) = column.0.last().and_then(|part| part.as_ident()) else { continue };
        let name = Name { text: fold(ident), span: Span::of(ident.span) };
        if !given.insert(index_of(&name, schema)?) {
            let error = Diagnostic::new(crate::diagnostic::DUPLICATE_COLUMN, format!("column {} is given twice", name.text));
            return Err(error.at(name.span));
        }
    }
    Ok((0..schema.fields().len()).filter(|index| !given.contains(index)).collect())
}
