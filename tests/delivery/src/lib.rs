//! Shared parts of the tests: the demo workspace's types, and a gateway that fails.

mod faulty;

pub use faulty::Gateway;

telecrm_runtime::include_workspace!();
