/* Does nothing: the reference for the cost of the loop around it. */
int main(void) { return 0; }
