#include <cstdio>

int main()
{
    std::puts("weijian 0.1.0");
    return 0;
}
