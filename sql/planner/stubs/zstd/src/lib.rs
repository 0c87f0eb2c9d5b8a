//! Stand-in for the `zstd` crate, whose C code does not build for wasm32-unknown-unknown.
//! `arrow-ipc` links it for compressed IPC buffers; our host never sends any, so every call reports `Unsupported`.

use std::ops::RangeInclusive;

pub const DEFAULT_COMPRESSION_LEVEL: i32 = 3;

pub mod zstd_safe {
    pub type CompressionLevel = i32;
}

pub fn compression_level_range() -> RangeInclusive<zstd_safe::CompressionLevel> {
    1..=22
}

pub mod bulk {
    use std::io::{Error, ErrorKind, Result};
    use std::marker::PhantomData;

    fn unsupported<T>() -> Result<T> {
        Err(Error::new(ErrorKind::Unsupported, "zstd is not part of the planner"))
    }

    pub struct Compressor<'a>(PhantomData<&'a ()>);

    impl Compressor<'static> {
        pub fn new(_level: i32) -> Result<Self> {
            Ok(Compressor(PhantomData))
        }
        pub fn set_compression_level(&mut self, _level: i32) -> Result<()> {
            Ok(())
        }
        pub fn compress(&mut self, _data: &[u8]) -> Result<Vec<u8>> {
            unsupported()
        }
    }

    pub struct Decompressor<'a>(PhantomData<&'a ()>);

    impl Decompressor<'static> {
        pub fn new() -> Result<Self> {
            Ok(Decompressor(PhantomData))
        }
        pub fn decompress(&mut self, _data: &[u8], _capacity: usize) -> Result<Vec<u8>> {
            unsupported()
        }
    }
}
