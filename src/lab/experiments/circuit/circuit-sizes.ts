/** Shares of the nodes at which f is measured. MIB, Mueller et al. 2025, arXiv 2504.13151. */
export const sizesOf = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const
