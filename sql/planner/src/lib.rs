//! Millrace's SQL front end: DataFusion's parser, planner and evaluator behind a plain C ABI.
//!
//! The way of a statement: `tokens` (split at semicolons) -> `limits` -> `statements` (our grammar, sqlparser's queries,
//! `balance`d and `refuse`d) | kept by `program` | `bind` -> `prepare` (names, windows, places) -> DataFusion ->
//! `optimise` -> `serialise`. Errors of DataFusion become ours in `errors`.

pub mod abi;
mod balance;
mod bind;
mod catalog;
mod cursor;
mod deadline;
mod diagnostic;
mod dialect;
mod errors;
mod evaluate;
mod functions;
mod group_windows;
mod intervals;
mod limits;
mod literals;
mod names;
mod nested_values;
mod operators;
mod optimise;
mod places;
mod prepare;
mod program;
mod reads;
mod recover;
mod refuse;
mod registry;
mod relations;
mod serialise;
mod span;
mod statements;
mod suggest;
mod syntax;
mod tokens;
mod types;
mod widths;
