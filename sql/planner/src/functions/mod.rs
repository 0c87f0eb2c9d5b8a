//! Functions of our own, beside DataFusion's.

pub mod arithmetic;
pub mod located;
pub mod windows;
pub mod zone;
