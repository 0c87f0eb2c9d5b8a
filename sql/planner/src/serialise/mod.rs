//! DataFusion's plans and expressions as the JSON of `sql/plan/logical-plan.ts`.

pub mod expression;
mod literal;
pub mod plan;

pub use literal::interval_of;
