"""Tools for agents by the Model Context Protocol (MCP). The package `mcp` is imported when the server starts."""
