//! How long one call may take. Planning is one long call into DataFusion, which asks us often (for functions, operators,
//! types): there we look at the clock and unwind with an error. Once passed, every later check fails too, so whatever
//! DataFusion makes of the first failure, the call ends soon; `within` then reports the timeout and nothing else.

use std::cell::Cell;

use crate::diagnostic::{Diagnostic, PLANNING_TIMEOUT, Result};
use crate::span::Span;

/// Milliseconds for reading one statement; planning gets what the host says.
pub const PARSE_MILLIS_MAX: f64 = 10_000.0;
/// As many for `enforce`.
const NAMES_PER_LOOK: u32 = 64;
/// How long after the deadline a call may go on before it is stopped by force.
const GRACE_MILLIS: f64 = 100.0;
/// What the host recognises (sql/planner/planner.ts).
const OVERDUE: &str = "the time for planning is over";
/// Checks per look at the clock, which is a call to the host.
const CHECKS_PER_LOOK: u32 = 16;

#[cfg(target_arch = "wasm32")]
fn now_millis() -> f64 {
    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        safe fn now_millis() -> f64;
    }
    now_millis()
}

#[cfg(not(target_arch = "wasm32"))]
fn now_millis() -> f64 {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_secs_f64() * 1e3
}

thread_local! {
    static DEADLINE: Cell<f64> = const { Cell::new(f64::INFINITY) };
    static UNTIL_LOOK: Cell<u32> = const { Cell::new(0) };
    static UNTIL_ENFORCED: Cell<u32> = const { Cell::new(0) };
    static PASSED: Cell<bool> = const { Cell::new(false) };
}

/// The result of `run`, or `planning_timeout` at `span` if a check found the time over.
pub fn within<T>(millis: f64, span: Option<Span>, run: impl FnOnce() -> Result<T>) -> Result<T> {
    DEADLINE.set(now_millis() + millis);
    UNTIL_LOOK.set(0);
    PASSED.set(false);
    let result = run();
    DEADLINE.set(f64::INFINITY);
    if PASSED.replace(false) { Err(timeout(millis).at(span)) } else { result }
}

fn timeout(millis: f64) -> Diagnostic {
    let message = format!("planning took longer than {} seconds and was stopped", millis / 1e3);
    Diagnostic::new(PLANNING_TIMEOUT, message).hint("split the statement into several streams, or raise planning_timeout")
}

pub fn passed() -> bool {
    if PASSED.get() || DEADLINE.get() == f64::INFINITY {
        return PASSED.get();
    }
    match UNTIL_LOOK.get() {
        0 => {
            UNTIL_LOOK.set(CHECKS_PER_LOOK);
            PASSED.set(now_millis() >= DEADLINE.get());
            PASSED.get()
        }
        left => {
            UNTIL_LOOK.set(left - 1);
            false
        }
    }
}

/// For places that cannot fail: names, which DataFusion makes of whole expressions, again and again.
pub fn enforce() {
    let left = UNTIL_ENFORCED.get();
    UNTIL_ENFORCED.set(left.wrapping_sub(1) % NAMES_PER_LOOK);
    if left == 0 {
        stop_when_overdue();
    }
}

/// Ends the call by a panic whose message the host knows. Only some time after the deadline, since the host then needs a new
/// instance.
pub fn stop_when_overdue() {
    assert!(now_millis() - DEADLINE.get() < GRACE_MILLIS, "{OVERDUE}");
}

/// Errors: `planning_timeout`, which `within` completes.
pub fn check() -> Result<()> {
    if passed() { Err(Diagnostic::new(PLANNING_TIMEOUT, "the time is over")) } else { Ok(()) }
}
