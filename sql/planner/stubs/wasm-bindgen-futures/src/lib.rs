//! Empty stand-in: chrono and friends name this crate for browsers, our module has no JavaScript glue.
