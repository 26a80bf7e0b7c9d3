//! Shared parts of the tests: the demo workspace's types, and a gateway with faults.

mod faulty;

pub use faulty::Gateway;

telecrm_runtime::include_workspace!();
