//! Functions of our own, beside DataFusion's.

pub mod arithmetic;
pub mod last_day;
pub mod located;
pub mod whole;
pub mod windows;
pub mod zone;
