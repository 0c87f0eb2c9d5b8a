//! The C ABI. A result is a pointer to `[u32 length][bytes]`, to be freed as one block of length + 4. The host copies
//! arguments into blocks from `alloc`. JSON in and out; for `evaluator_run` and `evaluator_finish` Arrow IPC.
//! Exported only for WebAssembly: elsewhere `free` would replace the C library's.
//! A failed call answers `{"error": diagnostic}` (IPC streams never start with `{`).

use std::sync::{Mutex, Once};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, INTERNAL, Result};
use crate::{evaluate, program};

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// With panic = "abort" a panic ends in a trap: the host then asks `last_panic` and throws the instance away.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            if let Ok(mut message) = LAST_PANIC.lock() {
                *message = info.to_string();
            }
        }));
    });
}

fn give(bytes: &[u8]) -> *mut u8 {
    let mut block = Vec::with_capacity(bytes.len() + 4);
    block.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    block.extend_from_slice(bytes);
    Box::into_raw(block.into_boxed_slice()) as *mut u8
}

fn give_json(value: &Value) -> *mut u8 {
    give(value.to_string().as_bytes())
}

fn give_result(result: Result<Value>) -> *mut u8 {
    give_json(&result.unwrap_or_else(|error| json!({"error": error.json()})))
}

fn give_bytes(result: Result<Vec<u8>>) -> *mut u8 {
    match result {
        Ok(bytes) => give(&bytes),
        Err(error) => give_json(&json!({"error": error.json()})),
    }
}

/// # Safety
/// `pointer` and `length` name a live block.
unsafe fn bytes<'a>(pointer: *const u8, length: usize) -> &'a [u8] {
    watch_panics();
    unsafe { std::slice::from_raw_parts(pointer, length) }
}

fn request<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| Diagnostic::new(INTERNAL, format!("bad request: {error}")))
}

#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; length].into_boxed_slice()) as *mut u8
}

/// # Safety
/// `pointer` and `length` come from `alloc`, or from a result with its length + 4.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub unsafe extern "C" fn free(pointer: *mut u8, length: usize) {
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(pointer, length)) });
}

/// # Safety
/// `pointer` and `length` name a live block: SQL text in UTF-8.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub unsafe extern "C" fn parse(pointer: *const u8, length: usize) -> *mut u8 {
    let text = unsafe { bytes(pointer, length) };
    match std::str::from_utf8(text) {
        Ok(sql) => give_json(&program::parse(sql)),
        Err(_) => give_result(Err(Diagnostic::new(INTERNAL, "SQL is not UTF-8"))),
    }
}

/// # Safety
/// `pointer` and `length` name a live block: `{program, index, tables, deadlineMillis}`.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub unsafe extern "C" fn plan(pointer: *const u8, length: usize) -> *mut u8 {
    let bytes = unsafe { bytes(pointer, length) };
    give_result(request(bytes).and_then(|request| program::plan(&request)))
}

#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn release(program: u32) {
    program::release(program);
}

/// The scalar functions, as a JSON list of pairs: name, and the name in plans.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn function_names() -> *mut u8 {
    give_json(&json!(crate::registry::registry().listed))
}

/// Makes the function registry, so that the first plan need not.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn warm_up() {
    crate::registry::registry();
}

/// # Safety
/// `pointer` and `length` name a live block: `{columns, expressions}`.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub unsafe extern "C" fn evaluator_compile(pointer: *const u8, length: usize) -> *mut u8 {
    let bytes = unsafe { bytes(pointer, length) };
    give_result(request(bytes).and_then(|request| evaluate::compile(&request)))
}

/// # Safety
/// `pointer` and `length` name a live block: an Arrow IPC stream.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub unsafe extern "C" fn evaluator_run(handle: u32, pointer: *const u8, length: usize) -> *mut u8 {
    give_bytes(evaluate::run(handle, unsafe { bytes(pointer, length) }))
}

#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn evaluator_finish(handle: u32) -> *mut u8 {
    give_bytes(evaluate::finish(handle))
}

#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn evaluator_release(handle: u32) {
    evaluate::release(handle);
}

#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn last_panic() -> *mut u8 {
    give(LAST_PANIC.lock().map(|message| message.clone()).unwrap_or_default().as_bytes())
}

/// The source of randomness that getrandom asks for on this target (--cfg getrandom_backend="custom"): only `random()`
/// and `uuid()` reach it, which the engine runs itself; hashing seeds are fixed at build time.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(destination: *mut u8, length: usize) -> std::result::Result<(), getrandom::Error> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static STATE: AtomicU64 = AtomicU64::new(0x9E37_79B9_7F4A_7C15);
    for index in 0..length {
        let mut state = STATE.load(Ordering::Relaxed);
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        STATE.store(state, Ordering::Relaxed);
        unsafe { *destination.add(index) = state as u8 };
    }
    Ok(())
}
