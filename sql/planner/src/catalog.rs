//! The tables of one request, as the planner asks for them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion_common::config::ConfigOptions;
use datafusion_common::{Result, TableReference};
use datafusion_expr::planner::{ContextProvider, ExprPlanner, RelationPlanner, TypePlanner};
use datafusion_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, TableSource, WindowUDF};
use serde::Deserialize;

use crate::deadline;
use crate::diagnostic::{Diagnostic, UNKNOWN_TABLE, UNKNOWN_TYPE};
use crate::functions::located::{self, Typed};
use crate::registry::registry;
use crate::{suggest, types};

/// As `PlannerTable` of sql/plan, types by canonical name.
#[derive(Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Deserialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub type_name: String,
    pub nullable: bool,
}

pub fn schema(columns: &[Column]) -> std::result::Result<SchemaRef, Diagnostic> {
    let fields = columns.iter().map(|column| {
        let data_type = types::from_name(&column.type_name)
            .ok_or_else(|| Diagnostic::new(UNKNOWN_TYPE, format!("type {} does not exist", column.type_name)))?;
        Ok(Field::new(&column.name, data_type, column.nullable))
    });
    Ok(Arc::new(Schema::new(fields.collect::<std::result::Result<Vec<_>, Diagnostic>>()?)))
}

#[derive(Debug)]
struct StreamTable(SchemaRef);

impl TableSource for StreamTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.0)
    }
}

#[derive(Default)]
pub struct Catalog {
    tables: HashMap<String, Arc<StreamTable>>,
    pub typed: Arc<Typed>,
}

impl Catalog {
    pub fn new(tables: &[Table]) -> std::result::Result<Catalog, Diagnostic> {
        let entries = tables.iter().map(|table| Ok((table.name.clone(), Arc::new(StreamTable(schema(&table.columns)?)))));
        Ok(Catalog { tables: entries.collect::<std::result::Result<_, Diagnostic>>()?, typed: Arc::default() })
    }

    pub fn table(&self, name: &str) -> Option<SchemaRef> {
        self.tables.get(name).map(|table| table.schema())
    }

    pub fn unknown_table(&self, name: &str) -> Diagnostic {
        let error = Diagnostic::new(UNKNOWN_TABLE, format!("table {name} does not exist"));
        match suggest::nearest(name, self.tables.keys().map(String::as_str)) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

impl ContextProvider for Catalog {
    fn get_table_source(&self, name: TableReference) -> Result<Arc<dyn TableSource>> {
        deadline::check()?;
        match self.tables.get(name.table()) {
            Some(table) => Ok(Arc::clone(table) as Arc<dyn TableSource>),
            None => Err(self.unknown_table(name.table()).into()),
        }
    }
    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        &registry().expression_planners
    }
    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        &registry().relation_planners
    }
    fn get_type_planner(&self) -> Option<Arc<dyn TypePlanner>> {
        Some(Arc::clone(&registry().type_planner))
    }
    /// The planner asks for every call and every wrapped expression: without an answer it gives up.
    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        if deadline::passed() {
            // the planner goes on to the next expression: a long select list takes its time to fail
            deadline::stop_when_overdue();
            return None;
        }
        located::from_name(name, &self.typed).or_else(|| registry().scalars.get(name).cloned())
    }
    fn get_higher_order_meta(&self, _: &str) -> Option<Arc<HigherOrderUDF>> {
        None
    }
    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        registry().aggregates.get(name).cloned()
    }
    fn get_window_meta(&self, _: &str) -> Option<Arc<WindowUDF>> {
        None
    }
    fn get_variable_type(&self, _: &[String]) -> Option<DataType> {
        None
    }
    fn options(&self) -> &ConfigOptions {
        &registry().config
    }
    /// For suggestions, one for each name that was not found: none once the time is over.
    fn udf_names(&self) -> Vec<String> {
        if deadline::passed() {
            return vec![];
        }
        registry().scalars.keys().filter(|name| !name.starts_with('\u{1}')).cloned().collect()
    }
    fn higher_order_function_names(&self) -> Vec<String> {
        vec![]
    }
    fn udaf_names(&self) -> Vec<String> {
        registry().aggregates.keys().cloned().collect()
    }
    fn udwf_names(&self) -> Vec<String> {
        vec![]
    }
}
