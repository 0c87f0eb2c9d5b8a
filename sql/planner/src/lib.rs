//! Millrace planner.
