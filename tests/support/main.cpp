// The main of every test program, in a file of its own: a program that has another one (the
// benches) takes the rest of this library without it.
int run_tests(int argc, char** argv);

int main(int argc, char** argv) { return run_tests(argc, argv); }
