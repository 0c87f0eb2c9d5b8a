//! From a plan as written to a plan worth compiling. Only rules that move and prune: nothing here evaluates an expression
//! (DataFusion's folding truncates casts and wraps integers; our own compiler folds exactly) and nothing assumes a batch
//! (`SingleDistinctToGroupBy` would turn one aggregate into two).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion_common::alias::AliasGenerator;
use datafusion_common::config::ConfigOptions;
use datafusion_common::Result;
use datafusion_common::tree_node::Transformed;
use datafusion_expr::LogicalPlan;
use datafusion_expr::registry::FunctionRegistry;
use datafusion_optimizer::analyzer::type_coercion::TypeCoercion;
use datafusion_optimizer::optimize_projections::OptimizeProjections;
use datafusion_optimizer::optimize_unions::OptimizeUnions;
use datafusion_optimizer::{Analyzer, Optimizer, OptimizerConfig, OptimizerRule};

use crate::registry::registry;

/// OptimizerContext::new() reads a clock that the target lacks.
struct Context {
    aliases: Arc<AliasGenerator>,
}

impl OptimizerConfig for Context {
    /// None: now() is a function of the running engine, not of planning.
    fn query_execution_start_time(&self) -> Option<DateTime<Utc>> {
        None
    }
    fn alias_generator(&self) -> &Arc<AliasGenerator> {
        &self.aliases
    }
    fn options(&self) -> Arc<ConfigOptions> {
        Arc::clone(&registry().config)
    }
    fn function_registry(&self) -> Option<&dyn FunctionRegistry> {
        Some(&registry().functions)
    }
}

/// Changes nothing; ends the optimizer when the time is over.
#[derive(Debug)]
struct Deadline;

impl OptimizerRule for Deadline {
    fn name(&self) -> &str {
        "deadline"
    }
    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        crate::deadline::check()?;
        Ok(Transformed::no(plan))
    }
}

/// Adds the casts that operators and functions ask for, and checks the plan.
pub fn analyse(plan: LogicalPlan) -> Result<LogicalPlan> {
    Analyzer::with_rules(vec![Arc::new(TypeCoercion::new())]).execute_and_check(plan, &registry().config, |_, _| {})
}

pub fn optimise(plan: LogicalPlan) -> Result<LogicalPlan> {
    let optimizer = Optimizer::with_rules(vec![
        Arc::new(Deadline),
        Arc::new(OptimizeUnions::new()),
        Arc::new(Deadline),
        Arc::new(OptimizeProjections::new()),
    ]);
    optimizer.optimize(plan, &Context { aliases: Arc::new(AliasGenerator::new()) }, |_, _| {})
}
