//! Everything the planner can look up that does not depend on the query: functions, planners, options.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion_common::config::ConfigOptions;
use datafusion_expr::planner::{ExprPlanner, RelationPlanner, TypePlanner};
use datafusion_expr::registry::MemoryFunctionRegistry;
use datafusion_expr::{AggregateUDF, ScalarUDF};

use crate::functions::arithmetic::{DateArithmetic, bit_not};
use crate::functions::last_day::last_day;
use crate::functions::whole::with_room;
use crate::functions::windows::{TUMBLE, WINDOW_END, WindowFunction};
use crate::functions::zone::at_utc;

pub struct Registry {
    pub scalars: HashMap<String, Arc<ScalarUDF>>,
    /// Of those that are functions of scalar values: each name, and the function's own, sorted.
    pub listed: Vec<(String, String)>,
    pub aggregates: HashMap<String, Arc<AggregateUDF>>,
    pub expression_planners: Vec<Arc<dyn ExprPlanner>>,
    pub relation_planners: Vec<Arc<dyn RelationPlanner>>,
    pub type_planner: Arc<dyn TypePlanner>,
    pub functions: MemoryFunctionRegistry,
    pub config: Arc<ConfigOptions>,
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(build);

pub fn registry() -> &'static Registry {
    &REGISTRY
}

/// Names that PostgreSQL and DuckDB share and DataFusion lacks, and what they stand for.
const SCALAR_ALIASES: [(&str, &str); 6] =
    [("sign", "signum"), ("ceiling", "ceil"), ("len", "character_length"), ("regexp_matches", "regexp_like"), ("ucase", "upper"), ("lcase", "lower")];
const AGGREGATE_ALIASES: [(&str, &str); 2] = [("variance", "var"), ("every", "bool_and")];

fn build() -> Registry {
    let mut scalars = HashMap::new();
    let ours = [WindowFunction::new(TUMBLE), WindowFunction::new(WINDOW_END), bit_not(), at_utc(), last_day()].map(Arc::new);
    let nested = datafusion_functions_nested::all_default_nested_functions();
    let config = Arc::new(config());
    for function in datafusion_functions::all_default_functions().into_iter().chain(nested).chain(ours) {
        // now() and to_timestamp() give timestamps in the session's zone
        let function = with_room(function.inner().with_updated_config(&config).map_or(function, Arc::new));
        for alias in function.aliases() {
            scalars.insert(alias.clone(), Arc::clone(&function));
        }
        scalars.insert(function.name().to_string(), function);
    }
    for (alias, name) in SCALAR_ALIASES {
        if let Some(function) = scalars.get(name).cloned() {
            scalars.entry(alias.to_string()).or_insert(function);
        }
    }
    let listed = listed(&scalars);
    let mut aggregates = HashMap::new();
    for function in datafusion_functions_aggregate::all_default_aggregate_functions() {
        for alias in function.aliases() {
            aggregates.insert(alias.clone(), Arc::clone(&function));
        }
        aggregates.insert(function.name().to_string(), function);
    }
    for (alias, name) in AGGREGATE_ALIASES {
        if let Some(function) = aggregates.get(name).cloned() {
            aggregates.entry(alias.to_string()).or_insert(function);
        }
    }
    Registry {
        scalars,
        listed,
        aggregates,
        expression_planners: expression_planners(),
        relation_planners: vec![Arc::new(crate::relations::WindowTables)],
        type_planner: Arc::new(crate::types::Types),
        functions: MemoryFunctionRegistry::new(),
        config,
    }
}

fn listed(scalars: &HashMap<String, Arc<ScalarUDF>>) -> Vec<(String, String)> {
    let plain: Vec<Arc<ScalarUDF>> = datafusion_functions::all_default_functions();
    let is_plain = |name: &str| plain.iter().any(|function| function.name() == name);
    let own = |(name, function): (&String, &Arc<ScalarUDF>)| (name.clone(), function.name().to_string());
    let mut listed: Vec<(String, String)> = scalars.iter().map(own).filter(|(_, name)| is_plain(name)).collect();
    listed.sort_unstable();
    listed
}

/// DataFusion's own in the order of its default session, after ours.
fn expression_planners() -> Vec<Arc<dyn ExprPlanner>> {
    vec![
        Arc::new(DateArithmetic),
        Arc::new(datafusion_functions::core::planner::CoreFunctionPlanner::default()),
        Arc::new(datafusion_functions_nested::planner::NestedFunctionPlanner),
        Arc::new(datafusion_functions_nested::planner::FieldAccessPlanner),
        Arc::new(datafusion_functions::datetime::planner::DatetimeFunctionPlanner),
        Arc::new(datafusion_functions::unicode::planner::UnicodeFunctionPlanner),
        Arc::new(datafusion_functions_aggregate::planner::AggregateFunctionPlanner),
        Arc::new(datafusion_functions_window::planner::WindowFunctionPlanner),
    ]
}

fn config() -> ConfigOptions {
    let mut config = ConfigOptions::default();
    config.sql_parser.collect_spans = true;
    config.sql_parser.map_string_types_to_utf8view = false;
    config.sql_parser.parse_float_as_decimal = true;
    config.execution.time_zone = Some(crate::types::UTC.into());
    config.optimizer.max_passes = 3;
    config
}
