"""The protocols that engines fulfil, and how engines are found."""
