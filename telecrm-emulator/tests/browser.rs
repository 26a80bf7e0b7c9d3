//! The inspector page in headless Chromium.
