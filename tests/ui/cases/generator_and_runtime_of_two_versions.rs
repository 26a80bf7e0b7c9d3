//! Code of a newer generator with this runtime: the first error contains both crates and the fix.

mod crm {
    use telecrm_runtime as telecrm; // renamed in Cargo.toml? Set `Config::runtime_path`.
    telecrm::generated_contract!(2, "0.9.0");

    telecrm::impl_lead! { a form that only a newer runtime reads }
}

fn main() {}
